using System.Runtime.InteropServices;
using TorchSharp;

namespace Playground.Core.Engine;

/// <summary>
/// Finds and loads libtorch: the build's own, beside the program, or one from a folder, such as a Python installation's <c>torch/lib</c>.
/// </summary>
public static partial class Libtorch
{
    /// <summary>The version that TorchSharp is built for, without its last number.</summary>
    public const string Version = "2.10";

    /// <summary>The setting that names a folder; as an environment variable <c>Playground__Libtorch</c>.</summary>
    public const string Setting = "Playground:Libtorch";

    private const int Now = 2, Global = 0x100;

    /// <summary>The folder that <see cref="Setting"/>'s environment variable names, or null.</summary>
    public static string? ConfiguredFolder => Environment.GetEnvironmentVariable(
        Setting.Replace(":", "__", StringComparison.Ordinal)) is { Length: > 0 } folder ? folder : null;

    /// <summary>The folder that was loaded from; null: the build's own library.</summary>
    public static string? LoadedFolder { get; private set; }

    /// <summary>Loads libtorch, once per process and before TorchSharp is used.</summary>
    /// <param name="folder">Holds <c>libtorch.so</c>; null: the build's own.</param>
    /// <exception cref="PlaygroundException">It is missing, of another version or for another processor; the message says what to
    /// do.</exception>
    public static void Load(string? folder = null)
    {
        if (folder is not null && LoadedFolder != folder) LoadFrom(folder);
        try
        {
            // TorchSharp's own loader finds what is beside the program.
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or BadImageFormatException
        or TypeInitializationException)
        {
            throw new PlaygroundException($"libtorch {Version} could not be loaded from '{AppContext.BaseDirectory}'. Build the program "
                + $"again, which brings it, or set {Setting} to the folder torch/lib of PyTorch {Version}.", e);
        }
    }

    private static void LoadFrom(string folder)
    {
        var library = Path.Combine(folder, OperatingSystem.IsWindows()
            ? "torch.dll"
            : OperatingSystem.IsMacOS() ? "libtorch.dylib" : "libtorch.so");
        if (!File.Exists(library))
            throw new PlaygroundException($"{Setting} is '{folder}', which holds no {Path.GetFileName(library)}. Set it to the folder "
                + $"torch/lib of PyTorch {Version}, or leave it out to use the build's own libtorch.");
        if (VersionIn(folder) is { } version && !version.StartsWith(Version + ".", StringComparison.Ordinal))
            throw new PlaygroundException($"{Setting} is '{folder}', which holds libtorch {version}; this build "
                + $"needs {Version}. Install PyTorch {Version} there, or leave the setting out to use the build's own libtorch.");
        try
        {
            NativeLibrary.Load(library);
            if (OperatingSystem.IsLinux()) RedirectedLibraries.From(AppContext.BaseDirectory, folder);
            LoadBinding();
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new PlaygroundException(
                $"libtorch in '{folder}' ({Setting}) cannot be loaded: {FirstLine(e.Message)}. It must be "
                    + $"PyTorch {Version} for this processor and system.", e);
        }
        LoadedFolder = folder;
    }

    // Every symbol is resolved at once: one that another version lacks would otherwise end the process at its first use.
    private static void LoadBinding()
    {
        var name = OperatingSystem.IsWindows()
            ? "LibTorchSharp.dll"
            : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";
        var path = Path.Combine(AppContext.BaseDirectory, name);
        if (OperatingSystem.IsLinux() && Open(path, Now | Global) == 0) throw new DllNotFoundException(Marshal.PtrToStringUTF8(Error()));
        NativeLibrary.Load(path);
    }

    // A Python installation says its version in torch/version.py, libtorch's archives in a file beside lib.
    private static string? VersionIn(string folder)
    {
        var above = Path.GetDirectoryName(Path.GetFullPath(folder)) ?? folder;
        var (python, archive) = (Path.Combine(above, "version.py"), Path.Combine(above, "build-version"));
        if (File.Exists(archive)) return File.ReadAllText(archive).Trim();
        if (!File.Exists(python)) return null;
        var line = File.ReadLines(python).FirstOrDefault(l => l.StartsWith("__version__", StringComparison.Ordinal));
        return line?.Split('=', 2)[1].Trim().Trim('\'', '"');
    }

    private static string FirstLine(string message) => message.Split('\n')[0].TrimEnd('.', '\r', ' ');

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    private static partial nint Error();
}
