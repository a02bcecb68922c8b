namespace Playground.Client.Contracts;

/// <summary>A sampling run as the history shows it.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Status">One of <see cref="JobStatus"/>.</param>
/// <param name="Created">When it was asked for, in UTC.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Sampler">The sampler as people call it.</param>
/// <param name="Steps">As asked for.</param>
/// <param name="Count">Images.</param>
/// <param name="Seed">Of the first image.</param>
public sealed record RunView(string Id, string Status, DateTime Created, string Model, string Sampler, int Steps, int Count, long Seed)
{
    /// <summary>What people call the model.</summary>
    public string ModelTitle { get; init; } = Model;

    /// <summary>Whether it stays in the history, and its frames on disk, until it is let go.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Where a small image of it is; null where there is none yet.</summary>
    public string? Thumbnail { get; init; }

    /// <summary>What its frames take on disk, in bytes.</summary>
    public long FrameBytes { get; init; }
}

/// <summary>The caller's sampling runs.</summary>
[Needs(Permission.View)]
public interface IRunHistory
{
    /// <summary>How many of the newest runs are listed.</summary>
    const int Listed = 100;

    /// <summary>The newest <see cref="Listed"/> and those that are pinned, the newest first.</summary>
    Task<IReadOnlyList<RunView>> ListAsync(CancellationToken ct);

    /// <summary>Pins a run, or lets it go.</summary>
    /// <returns>False when there is none of that id.</returns>
    /// <exception cref="RequestException">Too many are pinned.</exception>
    [Needs(Permission.Create)]
    Task<bool> PinAsync(string id, bool isPinned, CancellationToken ct);
}
