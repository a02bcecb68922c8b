namespace Playground.Server.Gallery;

/// <summary>
/// The frames that are kept of runs, where something keeps them: the gallery and shared pages let people go through the denoising of an
/// image. Whoever keeps frames registers an implementation in place of <see cref="NoRunFrames"/>.
/// </summary>
internal interface IRunFrames
{
    /// <summary>The steps that there are frames of, rising; empty: none are kept, or the run is not the owner's.</summary>
    /// <param name="job">The run.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="ct">Stops it.</param>
    Task<IReadOnlyList<int>> ListStepsAsync(string job, string owner, CancellationToken ct);

    /// <summary>One image at one step, as a PNG or WebP file without metadata; null where there is none.</summary>
    /// <param name="job">The run.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="image">Which of its images, from 0 on.</param>
    /// <param name="step">One of <see cref="ListStepsAsync"/>.</param>
    /// <param name="clean">Whether x̂₀ is wanted, rather than x_t.</param>
    /// <param name="ct">Stops it.</param>
    Task<RunFrame?> FindAsync(string job, string owner, int image, int step, bool clean, CancellationToken ct);
}

/// <summary>A frame as a file.</summary>
/// <param name="File">Its bytes.</param>
/// <param name="ContentType">Its media type.</param>
internal sealed record RunFrame(byte[] File, string ContentType);

/// <summary>Where no frames are kept.</summary>
internal sealed class NoRunFrames : IRunFrames
{
    public Task<IReadOnlyList<int>> ListStepsAsync(string job, string owner, CancellationToken ct)
        => Task.FromResult<IReadOnlyList<int>>([]);

    public Task<RunFrame?> FindAsync(string job, string owner, int image, int step, bool clean, CancellationToken ct)
        => Task.FromResult<RunFrame?>(null);
}
