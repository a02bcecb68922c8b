using System.Runtime.InteropServices;

namespace Playground.Core.Engine;

/// <summary>The process's environment as native libraries see it; on Unix .NET has a copy of its own, which they never read.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable for .NET and for native libraries that are loaded afterwards.</summary>
    /// <exception cref="PlaygroundException">The system refuses.</exception>
    public static void Set(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        if (!OperatingSystem.IsWindows() && SetVariable(name, value, overwrite: 1) != 0)
            throw new PlaygroundException($"{name} could not be set: set it to {value} in the environment, and start again.");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
