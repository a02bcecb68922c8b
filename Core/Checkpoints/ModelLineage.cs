using System.Text.Json.Serialization;

namespace Playground.Core.Checkpoints;

/// <summary>What a model was made from: <c>lineage</c> in <c>playground.json</c>. What is not known is null.</summary>
public sealed record ModelLineage
{
    /// <summary>The data set's name.</summary>
    [JsonPropertyName("dataset"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Dataset { get; init; }

    /// <summary>The data set's id on the server that trained.</summary>
    [JsonPropertyName("dataset_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? DatasetId { get; init; }
    [JsonPropertyName("dataset_version"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? DatasetVersion { get; init; }

    /// <summary>Hash of that version's content.</summary>
    [JsonPropertyName("dataset_hash"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DatasetHash { get; init; }

    /// <summary>The model whose weights it began with; null: drawn from the seed.</summary>
    [JsonPropertyName("parent"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Parent { get; init; }

    /// <summary>First ten hexadecimal digits of the SHA-256 of the parent's weights.</summary>
    [JsonPropertyName("parent_hash"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? ParentHash { get; init; }

    /// <summary>The job that trained it.</summary>
    [JsonPropertyName("training"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Training { get; init; }
    [JsonPropertyName("step"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public long? Step { get; init; }

    /// <summary>Rank of the adapters that were trained and merged; null: all weights were trained.</summary>
    [JsonPropertyName("lora_rank"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? LoraRank { get; init; }
    [JsonPropertyName("lora_alpha"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? LoraAlpha { get; init; }
}
