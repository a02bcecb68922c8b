using System.Text.Json.Serialization;

namespace Playground.Core.Checkpoints;

/// <summary>What a model's files do not say themselves; <c>playground.json</c> beside <c>model_index.json</c>.</summary>
public sealed record ModelManifest
{
    /// <summary>Number of real classes; the embedding may have one row more, "no class", for classifier-free guidance.</summary>
    [JsonPropertyName("classes")] public int? Classes { get; init; }

    /// <summary>How the model was made: data set, steps, batch, learning rate, EMA, seed.</summary>
    [JsonPropertyName("training")] public IReadOnlyDictionary<string, string>? Training { get; init; }

    /// <summary>What it was made from.</summary>
    [JsonPropertyName("lineage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ModelLineage? Lineage { get; init; }

    /// <summary>Whether it came with the program, and is not a person's own.</summary>
    [JsonPropertyName("shipped"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Shipped { get; init; }
}
