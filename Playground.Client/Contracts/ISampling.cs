namespace Playground.Client.Contracts;

/// <summary>A sampler as people choose it.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Options">The fields of <see cref="SampleRequest.Options"/> that it takes.</param>
/// <param name="Resamples">Whether it can go back, as <see cref="RepaintRequest.Resamples"/> above 1 asks for.</param>
public sealed record SamplerView(string Name, string Title, IReadOnlyList<string> Options, bool Resamples);

/// <summary>A prompt as a model reads it.</summary>
/// <param name="Tokens">Of the whole prompt.</param>
/// <param name="Limit">How many are read.</param>
/// <param name="Cut">The words at the end that are not read; "" where all are.</param>
public sealed record PromptView(int Tokens, int Limit, string Cut);

/// <summary>A prompt and who reads it.</summary>
public sealed record PromptQuestion
{
    /// <summary>Name of an installed model.</summary>
    public string Model { get; init; } = "";

    /// <summary>At most 20,000 characters.</summary>
    public string Prompt { get; init; } = "";
}

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

    /// <summary>What a model reads of a prompt; null where there is no such model, or it reads no text.</summary>
    /// <exception cref="RequestException">The prompt is too long.</exception>
    Task<PromptView?> ReadPromptAsync(string model, string prompt, CancellationToken ct);

    /// <summary>Queues a job.</summary>
    /// <exception cref="RequestException">A value is out of its range; nothing is queued.</exception>
    [Needs(Permission.Create)]
    Task<JobView> StartAsync(SampleRequest request, CancellationToken ct);
}
