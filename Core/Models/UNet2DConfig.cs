using System.Text.Json.Serialization;

namespace Playground.Core.Models;

/// <summary>The keys of diffusers' <c>UNet2DModel</c> configuration, with that class's defaults.</summary>
public sealed record UNet2DConfig
{
    [JsonPropertyName("_class_name")] public string ClassName { get; init; } = "UNet2DModel";
    [JsonPropertyName("_diffusers_version")] public string DiffusersVersion { get; init; } = "0.27.2";
    [JsonPropertyName("act_fn")] public string ActFn { get; init; } = "silu";
    [JsonPropertyName("add_attention")] public bool AddAttention { get; init; } = true;

    /// <summary>Channels per head; null means one head.</summary>
    [JsonPropertyName("attention_head_dim")] public int? AttentionHeadDim { get; init; } = 8;

    /// <summary>Channels of each resolution, finest first.</summary>
    [JsonPropertyName("block_out_channels")] public int[] BlockOutChannels { get; init; } = [224, 448, 672, 896];
    [JsonPropertyName("center_input_sample")] public bool CenterInputSample { get; init; }
    [JsonPropertyName("down_block_types")] public string[] DownBlockTypes { get; init; } = ["DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D"];
    [JsonPropertyName("downsample_padding")] public int DownsamplePadding { get; init; } = 1;
    [JsonPropertyName("flip_sin_to_cos")] public bool FlipSinToCos { get; init; } = true;
    [JsonPropertyName("freq_shift")] public int FreqShift { get; init; }
    [JsonPropertyName("in_channels")] public int InChannels { get; init; } = 3;
    [JsonPropertyName("layers_per_block")] public int LayersPerBlock { get; init; } = 2;
    [JsonPropertyName("mid_block_scale_factor")] public float MidBlockScaleFactor { get; init; } = 1;
    [JsonPropertyName("norm_eps")] public double NormEps { get; init; } = 1e-5;
    [JsonPropertyName("norm_num_groups")] public int NormNumGroups { get; init; } = 32;

    /// <summary>Rows of the class embedding; null for an unconditional model.</summary>
    [JsonPropertyName("num_class_embeds")] public int? NumClassEmbeds { get; init; }
    [JsonPropertyName("out_channels")] public int OutChannels { get; init; } = 3;

    /// <summary>Height and width of the pictures.</summary>
    [JsonPropertyName("sample_size")] public int SampleSize { get; init; } = 32;
    [JsonPropertyName("time_embedding_type")] public string TimeEmbeddingType { get; init; } = "positional";
    [JsonPropertyName("up_block_types")] public string[] UpBlockTypes { get; init; } = ["AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D"];

    /// <summary>Refuses a configuration that cannot be built.</summary>
    /// <exception cref="PlaygroundException">Names the key, its value and what is allowed.</exception>
    public void Validate()
    {
        Need(ClassName == "UNet2DModel", "_class_name", ClassName, "UNet2DModel");
        Need(ActFn is "silu" or "swish", "act_fn", ActFn, "silu");
        Need(TimeEmbeddingType == "positional", "time_embedding_type", TimeEmbeddingType, "positional");
        Need(BlockOutChannels.Length is > 0 and <= 8, "block_out_channels", BlockOutChannels.Length, "1 to 8 entries");
        Need(DownBlockTypes.Length == BlockOutChannels.Length, "down_block_types", DownBlockTypes.Length, $"{BlockOutChannels.Length} entries, as many as block_out_channels");
        Need(UpBlockTypes.Length == BlockOutChannels.Length, "up_block_types", UpBlockTypes.Length, $"{BlockOutChannels.Length} entries, as many as block_out_channels");
        foreach (var type in DownBlockTypes) Need(type is "DownBlock2D" or "AttnDownBlock2D", "down_block_types", type, "DownBlock2D or AttnDownBlock2D");
        foreach (var type in UpBlockTypes) Need(type is "UpBlock2D" or "AttnUpBlock2D", "up_block_types", type, "UpBlock2D or AttnUpBlock2D");
        Need(NormNumGroups > 0, "norm_num_groups", NormNumGroups, "at least 1");
        foreach (var channels in BlockOutChannels)
        {
            Need(channels is > 0 and <= 4096 && channels % NormNumGroups == 0, "block_out_channels", channels, $"1 to 4096, a multiple of norm_num_groups ({NormNumGroups})");
            if (AttentionHeadDim is { } width) Need(width > 0 && channels % width == 0, "attention_head_dim", width, $"a divisor of {channels}");
        }
        Need(InChannels is > 0 and <= 64, "in_channels", InChannels, "1 to 64");
        Need(OutChannels is > 0 and <= 64, "out_channels", OutChannels, "1 to 64");
        Need(LayersPerBlock is > 0 and <= 16, "layers_per_block", LayersPerBlock, "1 to 16");
        Need(DownsamplePadding is 0 or 1, "downsample_padding", DownsamplePadding, "0 or 1");
        Need(NumClassEmbeds is null or (> 0 and <= 100_000), "num_class_embeds", NumClassEmbeds, "null, or 1 to 100000");
        Need(MidBlockScaleFactor > 0, "mid_block_scale_factor", MidBlockScaleFactor, "above 0");
        var factor = 1 << (BlockOutChannels.Length - 1);
        Need(SampleSize is > 0 and <= 4096 && SampleSize % factor == 0, "sample_size", SampleSize, $"1 to 4096, a multiple of {factor} for {BlockOutChannels.Length} resolutions");
    }

    private static void Need(bool fine, string key, object? value, string allowed)
    {
        if (!fine) throw new PlaygroundException($"The model's configuration has {key} = {value ?? "null"}; it must be {allowed}.");
    }
}
