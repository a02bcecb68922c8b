using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playground.Core.Models;

/// <summary>The keys of diffusers' <c>AutoencoderKL</c> configuration, with that class's defaults.</summary>
public sealed record AutoencoderKLConfig
{
    internal const string CurrentClassName = "AutoencoderKL";

    [JsonPropertyName("_class_name")] public string ClassName { get; init; } = CurrentClassName;
    [JsonPropertyName("_diffusers_version")] public string DiffusersVersion { get; init; } = "0.27.2";

    /// <summary>Activation of the residual blocks: <c>silu</c> (or <c>swish</c>), <c>mish</c>, <c>gelu</c>, <c>relu</c>.</summary>
    [JsonPropertyName("act_fn")] public string ActFn { get; init; } = "silu";

    /// <summary>Channels of each resolution, finest first; each but the last halves the size.</summary>
    [JsonPropertyName("block_out_channels")] public int[] BlockOutChannels { get; init; } = [64];
    [JsonPropertyName("down_block_types")] public string[] DownBlockTypes { get; init; } = ["DownEncoderBlock2D"];

    /// <summary>Whether it is to be run in float32 even where the U-Net is not.</summary>
    [JsonPropertyName("force_upcast")] public bool ForceUpcast { get; init; } = true;
    [JsonPropertyName("in_channels")] public int InChannels { get; init; } = 3;
    [JsonPropertyName("latent_channels")] public int LatentChannels { get; init; } = 4;

    /// <summary>Residual blocks of each resolution on the way down; one more on the way up.</summary>
    [JsonPropertyName("layers_per_block")] public int LayersPerBlock { get; init; } = 1;
    [JsonPropertyName("norm_num_groups")] public int NormNumGroups { get; init; } = 32;
    [JsonPropertyName("out_channels")] public int OutChannels { get; init; } = 3;

    /// <summary>Height and width of the images that it was trained on.</summary>
    [JsonPropertyName("sample_size")] public int SampleSize { get; init; } = 32;

    /// <summary>What latents are multiplied by, so that the U-Net sees a spread of about 1.</summary>
    [JsonPropertyName("scaling_factor")] public double ScalingFactor { get; init; } = 0.18215;
    [JsonPropertyName("up_block_types")] public string[] UpBlockTypes { get; init; } = ["UpDecoderBlock2D"];

    /// <summary>Keys of the file that are none of the above. <see cref="Validate"/> refuses those that change the network.</summary>
    [JsonExtensionData] public Dictionary<string, JsonElement>? OtherKeys { get; set; }

    /// <summary>Pixels along a side for one latent along it.</summary>
    [JsonIgnore] public int Factor => 1 << (BlockOutChannels.Length - 1);

    /// <summary>What the residual blocks and the attention are built from.</summary>
    internal UNet2DConfig Blocks => new()
    {
        ActFn = ActFn,
        AttentionHeadDim = null,
        BlockOutChannels = BlockOutChannels,
        LayersPerBlock = LayersPerBlock,
        NormEps = 1e-6,
        NormNumGroups = NormNumGroups,
    };

    /// <summary>Refuses a configuration that cannot be built.</summary>
    /// <exception cref="PlaygroundException">Names the key, its value and what is allowed.</exception>
    public void Validate()
    {
        foreach (var (key, value) in OtherKeys ?? [])
        {
            if (value.ValueKind == JsonValueKind.Null || key.StartsWith('_')) continue;
            var fine = key is "use_quant_conv" or "use_post_quant_conv" or "mid_block_add_attention"
                && value.ValueKind == JsonValueKind.True;
            Need(fine, key, value.GetRawText(), "null or left out: the autoencoders of Stable Diffusion 1 and 2 have no such thing");
        }
        Need(ClassName == CurrentClassName, "_class_name", ClassName, CurrentClassName);
        Need(Activation.IsKnown(ActFn), "act_fn", ActFn, "one of " + string.Join(", ", Activation.Names));
        Need(InChannels is 1 or 3, "in_channels", InChannels, "1 or 3");
        Need(OutChannels == InChannels, "out_channels", OutChannels, $"{InChannels}, as in_channels");
        Need(LatentChannels is > 0 and <= 64, "latent_channels", LatentChannels, "1 to 64");
        Need(LayersPerBlock is > 0 and <= 16, "layers_per_block", LayersPerBlock, "1 to 16");
        Need(ScalingFactor > 0 && double.IsFinite(ScalingFactor), "scaling_factor", ScalingFactor, "above 0");
        Need(NormNumGroups > 0, "norm_num_groups", NormNumGroups, "at least 1");
        Need(BlockOutChannels is { Length: > 0 and <= 8 }, "block_out_channels", BlockOutChannels?.Length, "1 to 8 entries");
        foreach (var channels in BlockOutChannels!)
            Need(channels is > 0 and <= 4096 && channels % NormNumGroups == 0, "block_out_channels", channels,
                $"1 to 4096, a multiple of norm_num_groups, {NormNumGroups}");
        CheckTypes("down_block_types", DownBlockTypes, "DownEncoderBlock2D");
        CheckTypes("up_block_types", UpBlockTypes, "UpDecoderBlock2D");
    }

    private void CheckTypes(string key, string[]? types, string allowed)
    {
        Need(types is not null && types.Length == BlockOutChannels.Length, key, types?.Length,
            $"{BlockOutChannels.Length} entries, as many as block_out_channels");
        foreach (var type in types!) Need(type == allowed, key, type, allowed);
    }

    private static void Need(bool fine, string key, object? value, string allowed)
    {
        if (!fine) throw new PlaygroundException(
            FormattableString.Invariant($"The autoencoder's configuration has {key} = {value ?? "null"}; it must be {allowed}."));
    }
}
