namespace Playground.Client.Contracts;

/// <summary>An installed LoRA: a file that changes a Stable Diffusion model.</summary>
/// <param name="Name">What requests call it.</param>
/// <param name="Bytes">On disk.</param>
/// <param name="Written">When it came, in UTC.</param>
/// <param name="Tensors">How many tensors the file holds.</param>
public sealed record LoraView(string Name, long Bytes, DateTime Written, int Tensors)
{
    /// <summary>Layers of the model asked about that it changes; null: nothing was asked, or it does not fit.</summary>
    public int? Layers { get; init; }

    /// <summary>Its tensors that belong to no layer of that model and do nothing.</summary>
    public IReadOnlyList<string> Unmatched { get; init; } = [];

    /// <summary>Why it cannot be used with that model; null: it can, or nothing was asked.</summary>
    public string? Problem { get; init; }
}

/// <summary>The installed LoRAs. They come in as files, over the HTTP API.</summary>
[Needs(Permission.View)]
public interface ILoras
{
    /// <summary>By name.</summary>
    /// <param name="model">A model to compare them with; null: none.</param>
    /// <param name="ct">Stops the comparison.</param>
    Task<IReadOnlyList<LoraView>> ListAsync(string? model, CancellationToken ct);

    /// <summary>Removes a LoRA.</summary>
    /// <returns>Whether there was one of that name.</returns>
    /// <exception cref="RequestException">Jobs that have not ended need it.</exception>
    [Needs(Permission.Administer, Audit = "lora.deleted")]
    Task<bool> DeleteAsync(string name, CancellationToken ct);
}
