using System.Text.Json;

namespace Playground.Core.Models;

public sealed partial record UNet2DConfig
{
    private static readonly string[] s_classNames = [CurrentClassName, "UNet2D", "UNetUnconditionalModel"];

    // What a moving average of the weights leaves in the file it is saved with.
    private static readonly string[] s_averageKeys = ["decay", "inv_gamma", "min_decay", "optimization_step", "power", "update_after_step",
        "use_ema_warmup"];

    /// <summary>What <c>down_block_types</c> may hold; the prefix <c>UNetRes</c> of early files is passed over.</summary>
    public static IReadOnlyList<string> DownTypes { get; } =
        ["DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D", "SkipDownBlock2D", "AttnSkipDownBlock2D", "KDownBlock2D"];

    /// <summary>What <c>up_block_types</c> may hold; the prefix <c>UNetRes</c> of early files is passed over.</summary>
    public static IReadOnlyList<string> UpTypes { get; } =
        ["UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D", "SkipUpBlock2D", "AttnSkipUpBlock2D", "KUpBlock2D"];

    /// <summary>Refuses a configuration that cannot be built.</summary>
    /// <exception cref="PlaygroundException">Names the key, its value and what is allowed.</exception>
    public void Validate()
    {
        // First: in the file of another class, no key means what it means here.
        Need(s_classNames.Contains(ClassName), "_class_name", ClassName,
            ClassName == "UNet2DConditionModel"
                ? $"{CurrentClassName}, which works on pixels; this one takes text, as Stable Diffusion's does"
                : CurrentClassName);
        CheckOtherKeys();
        Need(Activation.IsKnown(ActFn), "act_fn", ActFn, OneOf(Activation.Names));
        Need(ResnetTimeScaleShift is "default" or "scale_shift", "resnet_time_scale_shift", ResnetTimeScaleShift, "default or scale_shift");
        Need(ClassEmbedType is null or "timestep" or "identity", "class_embed_type", ClassEmbedType, "null, timestep or identity");
        Need(DownsampleType is null or "conv" or "resnet", "downsample_type", DownsampleType, "conv or resnet");
        Need(UpsampleType is null or "conv" or "resnet", "upsample_type", UpsampleType, "conv or resnet");
        Need(InChannels is > 0 and <= 64, "in_channels", InChannels, "1 to 64");
        Need(OutChannels is > 0 and <= 64, "out_channels", OutChannels, "1 to 64");
        Need(LayersPerBlock is > 0 and <= 16, "layers_per_block", LayersPerBlock, "1 to 16");
        Need(DownsamplePadding is 0 or 1, "downsample_padding", DownsamplePadding, "0 or 1");
        Need(NumClassEmbeds is null or (> 0 and <= 100_000), "num_class_embeds", NumClassEmbeds, "null, or 1 to 100000");
        Need(MidBlockScaleFactor > 0 && double.IsFinite(MidBlockScaleFactor), "mid_block_scale_factor", MidBlockScaleFactor, "above 0");
        Need(NormEps > 0 && double.IsFinite(NormEps), "norm_eps", NormEps, "above 0");
        Need(Dropout is >= 0 and < 1, "dropout", Dropout, "0 to below 1");
        Need(NormNumGroups is null or > 0, "norm_num_groups", NormNumGroups, "null, or at least 1");
        Need(AttnNormNumGroups is null or > 0, "attn_norm_num_groups", AttnNormNumGroups, "null, or at least 1");
        Need(AttentionHeadDim is null or > 0, "attention_head_dim", AttentionHeadDim, "null, or at least 1");

        Need(BlockOutChannels is { Length: > 0 and <= 8 }, "block_out_channels", BlockOutChannels?.Length, "1 to 8 entries");
        foreach (var channels in BlockOutChannels!) Need(channels is > 0 and <= 4096, "block_out_channels", channels, "1 to 4096");
        CheckTime();
        CheckTypes("down_block_types", DownBlockTypes, DownTypes);
        CheckTypes("up_block_types", UpBlockTypes, UpTypes);
        CheckFlow();
        CheckNorms();
        CheckSize();
    }

    private void CheckOtherKeys()
    {
        foreach (var (key, value) in OtherKeys ?? [])
        {
            if (value.ValueKind == JsonValueKind.Null || key.StartsWith('_') || s_averageKeys.Contains(key)) continue;
            if (key == "mid_block_type" && value.ValueKind == JsonValueKind.String && value.GetString() == "UNetMidBlock2D") continue;
            Need(false, key, Shown(value.GetRawText()),
                key == "mid_block_type" ? "UNetMidBlock2D" : "left out: UNet2DModel of diffusers 0.27 has no such key");
        }
    }

    // A list or an object may go over many lines.
    private static string Shown(string json)
    {
        const int most = 60;
        var line = string.Join(' ', json.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > most ? line[..most] + "…" : line;
    }

    private void CheckTime()
    {
        Need(TimeEmbeddingType is "positional" or "fourier" or "learned", "time_embedding_type", TimeEmbeddingType,
            "positional, fourier or learned");
        if (TimeEmbeddingType == "learned")
            Need(NumTrainTimesteps is > 0 and <= 1_000_000, "num_train_timesteps", NumTrainTimesteps,
                "1 to 1000000 where time_embedding_type is learned");
        if (TimeEmbeddingType == "positional")
            Need(FreqShift < BlockOutChannels[0] / 2, "freq_shift", FreqShift,
                $"below {BlockOutChannels[0] / 2}, half of the first block_out_channels");
    }

    private void CheckTypes(string key, string[]? types, IReadOnlyList<string> allowed)
    {
        Need(types is not null && types.Length == BlockOutChannels.Length, key, types?.Length,
            $"{BlockOutChannels.Length} entries, as many as block_out_channels");
        foreach (var type in types!) Need(type is not null && allowed.Contains(BlockType(type)), key, type, OneOf(allowed));
    }

    // Blocks hand more to each other than features, and not every pair agrees.
    private void CheckFlow()
    {
        // The coarsest way down is free: without a change of size a K block hands on as many skips as any other.
        List<string> paired = [.. DownBlockTypes[..^1], .. UpBlockTypes];
        var k = IsK(UpBlockTypes[0]);
        if (paired.Find(t => IsK(t) != k) is { } odd)
            Need(false, DownBlockTypes.Contains(odd) ? "down_block_types" : "up_block_types", odd,
                $"{(k ? "a K block" : "no K block")} beside {UpBlockTypes[0]}: K blocks hand on and take fewer skips than the others");

        var last = DownBlockTypes.Length - 1;
        for (var i = 0; i < last; i++)
        {
            if (!IsSkip(DownBlockTypes[i])) continue;
            if (i > 0)
                Need(IsSkip(DownBlockTypes[i - 1]), "down_block_types", DownBlockTypes[i - 1],
                    $"a skip block before {DownBlockTypes[i]}: only these make the input picture smaller");
            Need(InChannels == SkipDownBlock2D.PictureChannels, "in_channels", InChannels,
                $"{SkipDownBlock2D.PictureChannels} with {DownBlockTypes[i]}");
        }
        for (var i = 0; i < last; i++)
        {
            if (!IsSkip(UpBlockTypes[i])) continue;
            Need(IsSkip(UpBlockTypes[i + 1]), "up_block_types", UpBlockTypes[i + 1],
                $"a skip block behind {UpBlockTypes[i]}: only these make the output picture larger");
            Need(OutChannels == SkipDownBlock2D.PictureChannels, "out_channels", OutChannels,
                $"{SkipDownBlock2D.PictureChannels} with {UpBlockTypes[i]}");
        }
    }

    private void CheckNorms()
    {
        var (channels, layers) = (BlockOutChannels, LayersPerBlock);
        var levels = channels.Length;
        for (var i = 0; i < levels; i++)
        {
            var type = BlockType(DownBlockTypes[i]);
            CheckBlock(type, channels[i],
                [.. Enumerable.Range(0, layers).Select(j => (j == 0 && i > 0 ? channels[i - 1] : j == 0 ? channels[0] : channels[i], 0))]);
        }
        Divides(GroupsOf(channels[^1]), channels[^1], "the middle block",
            NormNumGroups is null ? "a quarter of the channels" : "norm_num_groups");
        if (AddAttention)
        {
            if (MidAttentionGroups is { } groups)
                Divides(groups, channels[^1], "the middle block's attention",
                    AttnNormNumGroups is null ? "norm_num_groups" : "attn_norm_num_groups");
            CheckHeads(channels[^1]);
        }
        for (var i = 0; i < levels; i++)
        {
            var level = levels - 1 - i;
            var (next, previous) = (channels[Math.Max(level - 1, 0)], channels[Math.Min(level + 1, levels - 1)]);
            var type = BlockType(UpBlockTypes[i]);
            if (IsK(type))
            {
                CheckBlock(type, channels[level], [(2 * channels[level], 0)]);
                if (channels[level] >= KDownBlock2D.GroupSize)
                    Divides(channels[level] / KDownBlock2D.GroupSize, next, type, "channels / 32");
            }
            else
            {
                CheckBlock(type, channels[level],
                    [.. Enumerable.Range(0, layers + 1).Select(j => SkipUpBlock2D.Inputs(j, next, previous, channels[level], layers))]);
            }
        }
        Divides(GroupsOf(channels[0]), channels[0], "the output", NormNumGroups is null ? "a quarter of the channels" : "norm_num_groups");
    }

    // The groups of every norm in a block must divide the channels that it sees; inputs are (features, skip).
    private void CheckBlock(string type, int channels, (int From, int Skip)[] inputs)
    {
        var attends = type.StartsWith("Attn", StringComparison.Ordinal);
        if (attends) CheckHeads(channels);
        if (IsSkip(type))
        {
            Divides(Normalization.DefaultGroups(channels), channels, type, "a quarter of the channels, at most 32,");
            if (attends) Divides(SkipDownBlock2D.AttentionGroups, channels, type, "its attention's groups");
            foreach (var (from, skip) in inputs)
                Divides(SkipUpBlock2D.GroupsOf(from, skip, attends && skip > 0), from + skip, type, "its first norm's groups");
            return;
        }
        if (IsK(type))
        {
            Divides(channels / KDownBlock2D.GroupSize, channels, type, "channels / 32");
            foreach (var (from, _) in inputs) Divides(from / KDownBlock2D.GroupSize, from, type, "channels / 32");
            return;
        }
        Need(NormNumGroups is not null, "norm_num_groups", null, $"a number where there is a {type}");
        Divides(NormNumGroups!.Value, channels, type, "norm_num_groups");
        foreach (var (from, skip) in inputs) Divides(NormNumGroups.Value, from + skip, type, "norm_num_groups");
    }

    private void CheckHeads(int channels) => Need(AttentionHeadDim is null || AttentionHeadDim <= channels, "attention_head_dim",
        AttentionHeadDim, $"null, or at most {channels}, the channels that it splits");

    private void Divides(int groups, int channels, string where, string source)
        => Need(groups > 0 && channels % groups == 0, "block_out_channels", $"[{string.Join(", ", BlockOutChannels)}]",
            $"such that {source} ({groups}) divides the {channels} channels that {where} normalizes");

    private void CheckSize()
    {
        var factor = 1 << (BlockOutChannels.Length - 1);
        Need(SampleSize is > 0 and <= 4096 && SampleSize % factor == 0, "sample_size", SampleSize,
            $"1 to 4096, a multiple of {factor} for {BlockOutChannels.Length} resolutions");
        if (IsK(UpBlockTypes[0]) && factor > 1)
            Need(SampleSize / factor > 1, "sample_size", SampleSize,
                $"at least {2 * factor} with K blocks, which mirror the picture at its edges");
    }

    private static bool IsSkip(string type) => type.Contains("Skip", StringComparison.Ordinal);

    private static bool IsK(string type) => BlockType(type).StartsWith('K');

    private static string OneOf(IEnumerable<string> names) => "one of " + string.Join(", ", names);

    private static void Need(bool fine, string key, object? value, string allowed)
    {
        if (!fine) throw Refusal(key, value, allowed);
    }

    private static PlaygroundException Refusal(string key, object? value, string allowed)
        => new(FormattableString.Invariant($"The model's configuration has {key} = {value ?? "null"}; it must be {allowed}."));
}
