using System.Text.Json;

namespace Playground.Core.Models;

public sealed partial record UNet2DConditionConfig
{
    // Keys of the class that Stable Diffusion 1 and 2 leave at these values.
    private static readonly Dictionary<string, string[]> s_fixed = new()
    {
        ["mid_block_type"] = ["\"UNetMidBlock2DCrossAttn\""],
        ["only_cross_attention"] = ["false"],
        ["dual_cross_attention"] = ["false"],
        ["class_embeddings_concat"] = ["false"],
        ["mid_block_only_cross_attention"] = ["false"],
        ["resnet_skip_time_act"] = ["false"],
        ["time_embedding_type"] = ["\"positional\""],
        ["conv_in_kernel"] = ["3"],
        ["conv_out_kernel"] = ["3"],
        ["resnet_out_scale_factor"] = ["1", "1.0"],
        ["attention_type"] = ["\"default\""],
        ["addition_embed_type_num_heads"] = ["64"],
        ["reverse_transformer_layers_per_block"] = [],
    };

    /// <summary>What <c>down_block_types</c> may hold.</summary>
    public static IReadOnlyList<string> DownTypes { get; } = ["DownBlock2D", "CrossAttnDownBlock2D"];

    /// <summary>What <c>up_block_types</c> may hold.</summary>
    public static IReadOnlyList<string> UpTypes { get; } = ["UpBlock2D", "CrossAttnUpBlock2D"];

    /// <summary>Refuses a configuration that cannot be built.</summary>
    /// <exception cref="PlaygroundException">Names the key, its value and what is allowed.</exception>
    public void Validate()
    {
        CheckOtherKeys();
        Need(ClassName == CurrentClassName, "_class_name", ClassName, CurrentClassName);
        Need(Activation.IsKnown(ActFn), "act_fn", ActFn, "one of " + string.Join(", ", Activation.Names));
        Need(ResnetTimeScaleShift is "default" or "scale_shift", "resnet_time_scale_shift", ResnetTimeScaleShift, "default or scale_shift");
        Need(InChannels is > 0 and <= 64, "in_channels", InChannels, "1 to 64");
        Need(OutChannels is > 0 and <= 64, "out_channels", OutChannels, "1 to 64");
        Need(LayersPerBlock is > 0 and <= 16, "layers_per_block", LayersPerBlock, "1 to 16");
        Need(TransformerLayersPerBlock is > 0 and <= 16, "transformer_layers_per_block", TransformerLayersPerBlock, "1 to 16");
        Need(DownsamplePadding is 0 or 1, "downsample_padding", DownsamplePadding, "0 or 1");
        Need(CrossAttentionDim is > 0 and <= 16_384, "cross_attention_dim", CrossAttentionDim, "1 to 16384");
        Need(MidBlockScaleFactor > 0 && double.IsFinite(MidBlockScaleFactor), "mid_block_scale_factor", MidBlockScaleFactor, "above 0");
        Need(NormEps > 0 && double.IsFinite(NormEps), "norm_eps", NormEps, "above 0");
        Need(Dropout is >= 0 and < 1, "dropout", Dropout, "0 to below 1");
        Need(NormNumGroups > 0, "norm_num_groups", NormNumGroups, "at least 1");
        Need(SampleSize is null or (> 0 and <= 1024), "sample_size", SampleSize, "null, or 1 to 1024");

        Need(BlockOutChannels is { Length: > 0 and <= 8 }, "block_out_channels", BlockOutChannels?.Length, "1 to 8 entries");
        Need(AttentionHeads is { Length: > 0 } && (AttentionHeads.Length == 1 || AttentionHeads.Length == BlockOutChannels!.Length),
            "attention_head_dim", AttentionHeads?.Length, "one number, or one for each entry of block_out_channels");
        CheckTypes("down_block_types", DownBlockTypes, DownTypes);
        CheckTypes("up_block_types", UpBlockTypes, UpTypes);
        CheckLevels();
        Need(FreqShift < BlockOutChannels![0] / 2, "freq_shift", FreqShift,
            $"below {BlockOutChannels[0] / 2}, half of the first block_out_channels");
    }

    private void CheckOtherKeys()
    {
        foreach (var (key, value) in OtherKeys ?? [])
        {
            if (value.ValueKind == JsonValueKind.Null || key.StartsWith('_')) continue;
            if (key == "addition_embed_type" && value.ToString() == "text_time") throw new PlaygroundException(
                "This is the U-Net of Stable Diffusion XL (addition_embed_type = text_time), which is not supported. Use a model of Stable "
                    + "Diffusion 1 or 2.");
            Need(s_fixed.TryGetValue(key, out var allowed) && allowed.Contains(value.GetRawText()), key, value.GetRawText(),
                allowed is { Length: > 0 } ? allowed[0] : "null or left out");
        }
    }

    private void CheckLevels()
    {
        for (var level = 0; level < BlockOutChannels!.Length; level++)
        {
            var (channels, heads) = (BlockOutChannels[level], HeadsAt(level));
            Need(channels is > 0 and <= 4096, "block_out_channels", channels, "1 to 4096");
            Need(channels % NormNumGroups == 0, "block_out_channels", channels, $"a multiple of norm_num_groups, {NormNumGroups}");
            Need(heads > 0 && channels % heads == 0, "attention_head_dim", heads,
                $"a number of heads that divides {channels}, the channels at that resolution");
        }
    }

    private void CheckTypes(string key, string[]? types, IReadOnlyList<string> allowed)
    {
        Need(types is not null && types.Length == BlockOutChannels.Length, key, types?.Length,
            $"{BlockOutChannels.Length} entries, as many as block_out_channels");
        foreach (var type in types!) Need(allowed.Contains(type), key, type, "one of " + string.Join(", ", allowed));
    }

    private static void Need(bool fine, string key, object? value, string allowed)
    {
        if (!fine) throw new PlaygroundException(
            FormattableString.Invariant($"The U-Net's configuration has {key} = {value ?? "null"}; it must be {allowed}."));
    }
}
