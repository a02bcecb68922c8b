namespace Playground.Core.Imaging;

/// <summary>What an image file may be at most; checked on its header, before any pixel is decoded.</summary>
public sealed record PictureLimits
{
    /// <summary>Pixels from left to right, 4096 unless told.</summary>
    public int MaxWidth { get; init; } = 4096;

    /// <summary>Pixels from top to bottom, 4096 unless told.</summary>
    public int MaxHeight { get; init; } = 4096;

    /// <summary>Pixels in all, 4096² unless told.</summary>
    public long MaxPixels { get; init; } = 4096 * 4096;

    /// <summary>The file's own bytes, 64 MiB unless told.</summary>
    public int MaxBytes { get; init; } = 64 << 20;

    internal static PictureLimits None { get; } =
        new() { MaxWidth = int.MaxValue, MaxHeight = int.MaxValue, MaxPixels = long.MaxValue, MaxBytes = int.MaxValue };
}
