namespace Playground.Client.Contracts;

/// <summary>A sampler as people choose it.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Options">The fields of <see cref="SampleRequest.Options"/> that it takes.</param>
/// <param name="Resamples">Whether it can go back, as <see cref="RepaintRequest.Resamples"/> above 1 asks for.</param>
public sealed record SamplerView(string Name, string Title, IReadOnlyList<string> Options, bool Resamples);

/// <summary>Sampling as the pages use it.</summary>
[Needs(Permission.View)]
public interface ISampling
{
    Task<IReadOnlyList<ModelView>> GetModelsAsync(CancellationToken ct);

    /// <summary>
    /// A model that may be sampled from: an installed one, or a checkpoint of a training of the caller's own; null when there is none.
    /// </summary>
    Task<ModelView?> FindModelAsync(string name, CancellationToken ct);

    IReadOnlyList<SamplerView> Samplers { get; }

    /// <summary>Queues a job.</summary>
    /// <exception cref="RequestException">A value is out of its range; nothing is queued.</exception>
    [Needs(Permission.Create)]
    Task<JobView> StartAsync(SampleRequest request, CancellationToken ct);
}
