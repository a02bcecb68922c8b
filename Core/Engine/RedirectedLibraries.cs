using System.Runtime.InteropServices;

namespace Playground.Core.Engine;

/// <summary>
/// Libraries that the runtime would load from one folder and takes from another. TorchSharp loads the copy of libtorch beside the program
/// whatever has been loaded before, and two copies of it in one process end it. Linux only.
/// </summary>
internal static unsafe partial class RedirectedLibraries
{
    private static string s_from = "", s_to = "";
    private static delegate* unmanaged<byte*, int, nint> s_open;

    /// <summary>From here on, what the runtime asks for in <paramref name="from"/> is taken from <paramref name="to"/> where that has
    /// it.</summary>
    public static void From(string from, string to)
    {
        if (Libraries.Loaded("libcoreclr.so") is not { } runtime) return;
        (s_from, s_to) = (Path.GetFullPath(from), Path.GetFullPath(to));
        s_open = (delegate* unmanaged<byte*, int, nint>)NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "dlopen");
        ImportTable.Replace(runtime, "dlopen", (nint)(delegate* unmanaged<byte*, int, nint>)&Open);
    }

    [UnmanagedCallersOnly]
    private static nint Open(byte* path, int flags)
    {
        if (Marshal.PtrToStringUTF8((nint)path) is { } asked && asked.StartsWith(s_from, StringComparison.Ordinal)
            && Path.Combine(s_to, Path.GetFileName(asked)) is var other && File.Exists(other))
        {
            var name = Marshal.StringToCoTaskMemUTF8(other);
            var library = s_open((byte*)name, flags);
            Marshal.FreeCoTaskMem(name);
            return library;
        }
        return s_open(path, flags);
    }
}
