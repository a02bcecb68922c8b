using NetVips;

namespace Playground.Core.Imaging;

/// <summary>libvips, which decodes and encodes images: set up once, before its first use. Nothing outside this folder calls it.</summary>
public static class ImagingLibrary
{
    private static readonly Lazy<string> s_version = new(Start);

    // Libvips's own classes; every other loader is off, SVG's and the one for gain maps in JPEG among them.
    private static readonly string[] s_loaders = ["Jpeg", "Png", "Webp", "Nsgif", "Tiff", "Heif"];

    /// <summary>The version of the loaded libvips, for example "8.18.7".</summary>
    /// <exception cref="PlaygroundException">The library is not there for this system.</exception>
    public static string Version => s_version.Value;

    /// <summary>Runs what reads a file; what libvips refuses becomes a sentence.</summary>
    /// <exception cref="PlaygroundException">libvips refused the file.</exception>
    internal static T Read<T>(Func<T> read)
    {
        _ = s_version.Value;
        try
        {
            return read();
        }
        catch (VipsException e)
        {
            throw new PlaygroundException($"The image is damaged or cut off: {Reason(e)}. Take the original file again.", e);
        }
    }

    /// <summary>Runs what writes a file of a format.</summary>
    /// <exception cref="PlaygroundException">libvips refused to write it.</exception>
    internal static byte[] Write(string format, Func<byte[]> write)
    {
        _ = s_version.Value;
        try
        {
            return write();
        }
        catch (VipsException e)
        {
            throw new PlaygroundException($"The image could not be written as {format}: {Reason(e)}.", e);
        }
    }

    private static string Start()
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            var reason = ModuleInitializer.Exception?.Message.Split('\n')[0].Trim();
            throw new PlaygroundException(
                "libvips, which reads and writes images, could not be loaded. Build for this system, so that its package NetVips.Native "
                + $"is restored, or install libvips 8.18 where the system finds it. {reason}",
                ModuleInitializer.Exception);
        }
        // Warnings about odd files would go to standard error; what matters comes back as an error.
        const Enums.LogLevelFlags Chatter =
            Enums.LogLevelFlags.Warning | Enums.LogLevelFlags.Message | Enums.LogLevelFlags.Info | Enums.LogLevelFlags.Debug;
        Log.SetLogHandler("VIPS", Chatter, static (_, _, _) => { });
        // Images are small here and many are handled at once: one thread each, and nothing remembered from one to the next.
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        NetVips.NetVips.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in s_loaders) Operation.Block($"VipsForeignLoad{loader}", false);
        return $"{NetVips.NetVips.Version(0)}.{NetVips.NetVips.Version(1)}.{NetVips.NetVips.Version(2)}";
    }

    // NetVips puts the operation's name first, then libvips's lines. These belong to the process:
    // of two threads that fail at once, one may get both threads' lines.
    private static string Reason(VipsException e)
    {
        var lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var reason = string.Join("; ", lines.Skip(1).Distinct());
        return reason.Length == 0 ? "libvips gave no reason" : reason;
    }
}
