using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playground.Core.Models;

/// <summary>
/// The keys of diffusers' <c>UNet2DConditionModel</c> configuration that Stable Diffusion 1 and 2 use, with that class's defaults.
/// </summary>
public sealed partial record UNet2DConditionConfig
{
    internal const string CurrentClassName = "UNet2DConditionModel";

    [JsonPropertyName("_class_name")] public string ClassName { get; init; } = CurrentClassName;
    [JsonPropertyName("_diffusers_version")] public string DiffusersVersion { get; init; } = "0.27.2";

    /// <summary>Activation of the residual blocks: <c>silu</c> (or <c>swish</c>), <c>mish</c>, <c>gelu</c>, <c>relu</c>.</summary>
    [JsonPropertyName("act_fn")] public string ActFn { get; init; } = "silu";

    /// <summary>
    /// The <em>number</em> of heads at each resolution, finest first, or one number for all: the key is misnamed in diffusers.
    /// </summary>
    [JsonPropertyName("attention_head_dim"), JsonConverter(typeof(OneOrManyConverter))] public int[] AttentionHeads { get; init; } = [8];

    /// <summary>Channels of each resolution, finest first.</summary>
    [JsonPropertyName("block_out_channels")] public int[] BlockOutChannels { get; init; } = [320, 640, 1280, 1280];

    /// <summary>Whether the input is in 0 to 1 and is brought to −1 to 1.</summary>
    [JsonPropertyName("center_input_sample")] public bool CenterInputSample { get; init; }

    /// <summary>Width of a token of the text.</summary>
    [JsonPropertyName("cross_attention_dim")] public int CrossAttentionDim { get; init; } = 1280;

    /// <summary>One for each resolution, finest first: see <see cref="DownTypes"/>.</summary>
    [JsonPropertyName("down_block_types")]
    public string[] DownBlockTypes { get; init; } =
        ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"];

    /// <summary>Padding of the convolutions that halve the size, 0 or 1; 0 pads the far edges only.</summary>
    [JsonPropertyName("downsample_padding")] public int DownsamplePadding { get; init; } = 1;

    /// <summary>Probability that a value is dropped before a residual block's second convolution while training, 0 to below 1.</summary>
    [JsonPropertyName("dropout"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public double Dropout { get; init; }
    [JsonPropertyName("flip_sin_to_cos")] public bool FlipSinToCos { get; init; } = true;
    [JsonPropertyName("freq_shift")] public int FreqShift { get; init; }

    /// <summary>4 of the latents; 9 with a mask and the latents of what it leaves, for inpainting.</summary>
    [JsonPropertyName("in_channels")] public int InChannels { get; init; } = 4;
    [JsonPropertyName("layers_per_block")] public int LayersPerBlock { get; init; } = 2;

    /// <summary>What the sums with the residuals at the coarsest resolution are divided by.</summary>
    [JsonPropertyName("mid_block_scale_factor")] public double MidBlockScaleFactor { get; init; } = 1;
    [JsonPropertyName("norm_eps")] public double NormEps { get; init; } = 1e-5;

    /// <summary>Groups of the norms.</summary>
    [JsonPropertyName("norm_num_groups")] public int NormNumGroups { get; init; } = 32;
    [JsonPropertyName("out_channels")] public int OutChannels { get; init; } = 4;

    /// <summary>
    /// How the time enters a residual block: <c>default</c>, added; <c>scale_shift</c>, as gain and bias behind the second norm.
    /// </summary>
    [JsonPropertyName("resnet_time_scale_shift")] public string ResnetTimeScaleShift { get; init; } = "default";

    /// <summary>Height and width of the latents that it was trained on; null: 64.</summary>
    [JsonPropertyName("sample_size")] public int? SampleSize { get; init; }

    /// <summary>Transformer blocks behind each residual block.</summary>
    [JsonPropertyName("transformer_layers_per_block")] public int TransformerLayersPerBlock { get; init; } = 1;

    /// <summary>One for each resolution, coarsest first: see <see cref="UpTypes"/>.</summary>
    [JsonPropertyName("up_block_types")]
    public string[] UpBlockTypes { get; init; } = ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"];

    /// <summary>Whether attention's scores are computed in float32 whatever the precision.</summary>
    [JsonPropertyName("upcast_attention")] public bool UpcastAttention { get; init; }

    /// <summary>
    /// Whether pixels enter and leave the transformers by linear layers (Stable Diffusion 2) and not by convolutions of 1×1.
    /// </summary>
    [JsonPropertyName("use_linear_projection")] public bool UseLinearProjection { get; init; }

    /// <summary>Keys of the file that are none of the above. <see cref="Validate"/> refuses those that change the network.</summary>
    [JsonExtensionData] public Dictionary<string, JsonElement>? OtherKeys { get; set; }

    /// <summary>Number of heads at a resolution, finest first.</summary>
    internal int HeadsAt(int level) => AttentionHeads.Length == 1 ? AttentionHeads[0] : AttentionHeads[level];

    /// <summary>What the residual blocks and the blocks without attention are built from.</summary>
    internal UNet2DConfig Blocks => new()
    {
        ActFn = ActFn,
        BlockOutChannels = BlockOutChannels,
        Dropout = Dropout,
        DownsamplePadding = DownsamplePadding,
        InChannels = InChannels,
        LayersPerBlock = LayersPerBlock,
        MidBlockScaleFactor = MidBlockScaleFactor,
        NormEps = NormEps,
        NormNumGroups = NormNumGroups,
        OutChannels = OutChannels,
        ResnetTimeScaleShift = ResnetTimeScaleShift,
        SampleSize = SampleSize ?? 64,
    };

    /// <summary>
    /// Weights that a network of this configuration has at the least: those of its first convolutions and its feed-forwards.
    /// </summary>
    internal long LeastParameters
    {
        get
        {
            var (least, before) = (0L, (long)BlockOutChannels[0]);
            for (var i = 0; i < BlockOutChannels.Length; i++)
            {
                long channels = BlockOutChannels[i];
                least += 9 * channels * (before + (LayersPerBlock - 1) * channels);
                if (DownBlockTypes[i].StartsWith("Cross", StringComparison.Ordinal))
                    least += LayersPerBlock * TransformerLayersPerBlock * channels * (18 * channels + 2L * CrossAttentionDim);
                before = channels;
            }
            return least;
        }
    }

    private sealed class OneOrManyConverter : JsonConverter<int[]>
    {
        public override int[] Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number) return [reader.GetInt32()];
            return JsonSerializer.Deserialize<int[]>(ref reader, options) ?? [];
        }

        public override void Write(Utf8JsonWriter writer, int[] value, JsonSerializerOptions options)
        {
            if (value.Length == 1) writer.WriteNumberValue(value[0]);
            else JsonSerializer.Serialize(writer, value, options);
        }
    }
}
