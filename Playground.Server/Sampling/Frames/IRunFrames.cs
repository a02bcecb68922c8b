namespace Playground.Server.Sampling.Frames;

/// <summary>Which of a frame's two images.</summary>
internal enum FrameSide
{
    /// <summary>x_t, as noisy as it is.</summary>
    Noisy,

    /// <summary>x̂₀, what the model takes the clean images to be.</summary>
    Clean,
}

/// <summary>One kept frame.</summary>
/// <param name="Step">Model calls done, from 1 on.</param>
/// <param name="Timestep">The timestep that the step left.</param>
/// <param name="Sigma">How noisy x_t is; null where it is not known.</param>
/// <param name="Count">Images in its grid.</param>
/// <param name="Width">Of one image, in pixels.</param>
/// <param name="Height">Of one image, in pixels.</param>
internal sealed record KeptFrame(int Step, float Timestep, float? Sigma, int Count, int Width, int Height)
{
    /// <summary>Images in a row of the grid.</summary>
    public int Columns => (int)Math.Ceiling(Math.Sqrt(Count));
}

/// <summary>Which frames of a run are kept.</summary>
/// <param name="Steps">Model calls of the run in all.</param>
/// <param name="Stride">Every how manieth step is kept, besides the first and the last.</param>
/// <param name="Dropped">Frames that would have been kept, but came faster than they could be written.</param>
/// <param name="Bytes">What they take on disk.</param>
/// <param name="IsComplete">Whether no more will come.</param>
/// <param name="Frames">In the order of their steps.</param>
internal sealed record FrameIndex(int Steps, int Stride, int Dropped, long Bytes, bool IsComplete, IReadOnlyList<KeptFrame> Frames);

/// <summary>The frames that are kept of sampling runs, while they run and afterwards.</summary>
internal interface IRunFrames
{
    /// <summary>Which frames of the owner's run there are; null where none are, or are no more.</summary>
    Task<FrameIndex?> FindAsync(string owner, string job, CancellationToken ct);

    /// <summary>
    /// The grid of all images after a step, as the PNG file that watchers of the run were sent; null where it is not kept.
    /// </summary>
    Task<byte[]?> ReadAsync(string owner, string job, int step, FrameSide side, CancellationToken ct);

    /// <summary>What the owner's runs keep on disk, in bytes by job.</summary>
    IReadOnlyDictionary<string, long> Sizes(string owner);
}
