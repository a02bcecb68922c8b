using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playground.Core.Models;

/// <summary>The keys of transformers' <c>CLIPTextConfig</c> that change the network, with that class's defaults.</summary>
public sealed record ClipTextConfig
{
    [JsonPropertyName("architectures")] public string[] Architectures { get; init; } = ["CLIPTextModel"];
    [JsonPropertyName("bos_token_id")] public int? BosTokenId { get; init; } = 49406;
    [JsonPropertyName("eos_token_id")] public int? EosTokenId { get; init; } = 49407;

    /// <summary><c>quick_gelu</c>, x·σ(1.702·x), or <c>gelu</c>.</summary>
    [JsonPropertyName("hidden_act")] public string HiddenAct { get; init; } = "quick_gelu";

    /// <summary>Width of a token.</summary>
    [JsonPropertyName("hidden_size")] public int HiddenSize { get; init; } = 512;

    /// <summary>Width inside a feed-forward.</summary>
    [JsonPropertyName("intermediate_size")] public int IntermediateSize { get; init; } = 2048;
    [JsonPropertyName("layer_norm_eps")] public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Places for tokens.</summary>
    [JsonPropertyName("max_position_embeddings")] public int MaxPositionEmbeddings { get; init; } = 77;
    [JsonPropertyName("model_type")] public string ModelType { get; init; } = "clip_text_model";
    [JsonPropertyName("num_attention_heads")] public int NumAttentionHeads { get; init; } = 8;
    [JsonPropertyName("num_hidden_layers")] public int NumHiddenLayers { get; init; } = 12;
    [JsonPropertyName("pad_token_id")] public int? PadTokenId { get; init; } = 1;
    [JsonPropertyName("projection_dim")] public int ProjectionDim { get; init; } = 512;
    [JsonPropertyName("vocab_size")] public int VocabSize { get; init; } = 49408;

    /// <summary>The other keys, kept as they are.</summary>
    [JsonExtensionData] public Dictionary<string, JsonElement>? OtherKeys { get; set; }

    /// <summary>Refuses a configuration that cannot be built.</summary>
    /// <exception cref="PlaygroundException">Names the key, its value and what is allowed.</exception>
    public void Validate()
    {
        Need(HiddenAct is "quick_gelu" or "gelu", "hidden_act", HiddenAct, "quick_gelu or gelu");
        Need(HiddenSize is > 0 and <= 16_384, "hidden_size", HiddenSize, "1 to 16384");
        Need(IntermediateSize is > 0 and <= 65_536, "intermediate_size", IntermediateSize, "1 to 65536");
        Need(MaxPositionEmbeddings is > 2 and <= 4096, "max_position_embeddings", MaxPositionEmbeddings, "3 to 4096");
        Need(NumHiddenLayers is > 0 and <= 100, "num_hidden_layers", NumHiddenLayers, "1 to 100");
        Need(NumAttentionHeads > 0 && HiddenSize % NumAttentionHeads == 0, "num_attention_heads", NumAttentionHeads,
            $"a number that divides hidden_size, {HiddenSize}");
        Need(VocabSize is > 2 and <= 1_000_000, "vocab_size", VocabSize, "3 to 1000000");
        Need(LayerNormEps > 0 && double.IsFinite(LayerNormEps), "layer_norm_eps", LayerNormEps, "above 0");
    }

    private static void Need(bool fine, string key, object? value, string allowed)
    {
        if (!fine) throw new PlaygroundException(
            FormattableString.Invariant($"The text encoder's configuration has {key} = {value ?? "null"}; it must be {allowed}."));
    }
}
