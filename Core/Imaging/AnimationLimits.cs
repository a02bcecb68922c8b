namespace Playground.Core.Imaging;

/// <summary>What an animated file may be at most; checked on its header, before any pixel is decoded.</summary>
public sealed record AnimationLimits
{
    /// <summary>What the file and one frame may be.</summary>
    public PictureLimits Frame { get; init; } = new();

    /// <summary>Frames, 1000 unless told.</summary>
    public int MaxFrames { get; init; } = 1000;

    /// <summary>Pixels of all frames together, 4096² unless told: 64 frames of 512 × 512.</summary>
    public long MaxPixels { get; init; } = 4096 * 4096;
}
