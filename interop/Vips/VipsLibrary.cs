using System.Reflection;
using System.Runtime.InteropServices;

namespace Playground.Vips;

/// <summary>Finds libvips beside the assembly, starts it once, and turns its error buffer into exceptions.</summary>
public static unsafe class VipsLibrary
{
    private static readonly Lazy<string> Started = new(Start);

    /// <summary>The version of the loaded libvips, for example "8.18.7".</summary>
    /// <exception cref="DllNotFoundException">The library is not beside the program.</exception>
    /// <exception cref="VipsException">libvips did not start.</exception>
    public static string Version => Started.Value;

    internal static void EnsureStarted() => _ = Started.Value;

    internal static void Check(int status)
    {
        if (status != 0)
            throw TakeError();
    }

    internal static T Check<T>(T handle)
        where T : SafeHandle
    {
        if (!handle.IsInvalid)
            return handle;
        handle.Dispose();
        throw TakeError();
    }

    // The buffer belongs to the process: two threads that fail at once may see each other's lines.
    internal static VipsException TakeError()
    {
        var text = Marshal.PtrToStringUTF8(Native.ErrorBuffer())?.Trim();
        Native.ErrorClear();
        var lines = (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct();
        var message = string.Join("; ", lines);
        return new VipsException(message.Length == 0 ? "libvips gave no reason" : message);
    }

    private static string Start()
    {
        NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, Resolve);
        Check(Native.Init("playground"));
        // Warnings about odd files would go to standard error; what matters comes back as an error.
        Native.SetLogHandler("VIPS", Native.LogWarningsAndBelow, &Ignore, 0);
        // Pictures here are small and many are handled at once: one thread each, and nothing remembered from one to the next.
        Native.SetConcurrency(1);
        Native.SetCacheMax(0);
        Native.BlockUntrusted(1);
        return Marshal.PtrToStringUTF8(Native.VersionString()) ?? "unknown";
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Native.Library)
            return 0;
        var file = Directory.EnumerateFiles(AppContext.BaseDirectory, "libvips-cpp.so*").Order(StringComparer.Ordinal).LastOrDefault();
        return file is not null
            ? NativeLibrary.Load(file)
            : throw new DllNotFoundException(
                $"libvips-cpp.so is not in {AppContext.BaseDirectory}: run 'npm ci' in the repository's root and build again.");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static void Ignore(nint domain, int level, nint message, nint data)
    {
    }
}
