using Playground.Core.Imaging;
using Playground.Server.Sampling.Frames;

namespace Playground.Server.Gallery;

/// <summary>A frame as a file.</summary>
/// <param name="File">Its bytes.</param>
/// <param name="ContentType">Its media type.</param>
internal sealed record ImageFrame(byte[] File, string ContentType);

/// <summary>The kept frames of one image of a run: people go through its denoising in the gallery and on shared pages.</summary>
internal sealed class ImageFrames(IRunFrames frames)
{
    /// <summary>The steps that there are frames of, rising; empty: none are kept, or the run is not the owner's.</summary>
    /// <param name="job">The run.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<IReadOnlyList<int>> ListStepsAsync(string job, string owner, CancellationToken ct)
        // On its way to noise, an interpolation has fewer images.
        => await frames.FindAsync(owner, job, ct) is { Frames: [.., var last] } index
            ? [.. index.Frames.Where(f => f.Count == last.Count).Select(f => f.Step)]
            : [];

    /// <summary>One image at one step, as a PNG file without metadata; null where there is none.</summary>
    /// <param name="job">The run.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="image">Which of its images, from 0 on.</param>
    /// <param name="step">One of <see cref="ListStepsAsync"/>.</param>
    /// <param name="clean">Whether x̂₀ is wanted, rather than x_t.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<ImageFrame?> FindAsync(string job, string owner, int image, int step, bool clean, CancellationToken ct)
    {
        var kept = (await frames.FindAsync(owner, job, ct))?.Frames.FirstOrDefault(f => f.Step == step);
        if (kept is null || image < 0 || image >= kept.Count) return null;
        return await frames.ReadAsync(owner, job, step, clean ? FrameSide.Clean : FrameSide.Noisy, ct) is { } grid
            ? new ImageFrame(PngFile.Encode(FrameGrid.Cut(PictureFile.Decode(grid), kept, [image])), "image/png")
            : null;
    }
}
