using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playground.Core.Models;

/// <summary>The keys of diffusers' <c>UNet2DModel</c> configuration, with that class's defaults.</summary>
public sealed partial record UNet2DConfig
{
    internal const string CurrentClassName = "UNet2DModel";

    [JsonPropertyName("_class_name")] public string ClassName { get; init; } = CurrentClassName;
    [JsonPropertyName("_diffusers_version")] public string DiffusersVersion { get; init; } = "0.27.2";

    /// <summary>Activation of the residual blocks: <c>silu</c> (or <c>swish</c>), <c>mish</c>, <c>gelu</c>, <c>relu</c>.</summary>
    [JsonPropertyName("act_fn")] public string ActFn { get; init; } = "silu";

    /// <summary>Whether the coarsest resolution has attention between its two residual blocks.</summary>
    [JsonPropertyName("add_attention")] public bool AddAttention { get; init; } = true;

    /// <summary>Channels per head; null means one head.</summary>
    [JsonPropertyName("attention_head_dim")] public int? AttentionHeadDim { get; init; } = 8;

    /// <summary>
    /// Groups of the norm before the attention at the coarsest resolution; null: <c>norm_num_groups</c>, and no norm with
    /// <c>scale_shift</c>.
    /// </summary>
    [JsonPropertyName("attn_norm_num_groups"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? AttnNormNumGroups { get; init; }

    /// <summary>Channels of each resolution, finest first.</summary>
    [JsonPropertyName("block_out_channels")] public int[] BlockOutChannels { get; init; } = [224, 448, 672, 896];

    /// <summary>Whether the input is in 0 to 1 and is brought to −1 to 1.</summary>
    [JsonPropertyName("center_input_sample")] public bool CenterInputSample { get; init; }

    /// <summary>
    /// What the condition is: null, class labels (where <c>num_class_embeds</c> is given); <c>timestep</c>, numbers embedded as t is;
    /// <c>identity</c>, vectors added as they are.
    /// </summary>
    [JsonPropertyName("class_embed_type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClassEmbedType { get; init; }

    /// <summary>One for each resolution, finest first: see <see cref="DownTypes"/>.</summary>
    [JsonPropertyName("down_block_types")]
    public string[] DownBlockTypes { get; init; } = ["DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D"];

    /// <summary>Padding of the convolutions that halve the size, 0 or 1; 0 pads the far edges only.</summary>
    [JsonPropertyName("downsample_padding")] public int DownsamplePadding { get; init; } = 1;

    /// <summary>How <c>AttnDownBlock2D</c> halves the size: <c>conv</c> or <c>resnet</c>; null is <c>conv</c>.</summary>
    [JsonPropertyName("downsample_type")] public string? DownsampleType { get; init; } = "conv";

    /// <summary>Probability that a value is dropped before a residual block's second convolution while training, 0 to below 1.</summary>
    [JsonPropertyName("dropout")] public double Dropout { get; init; }
    [JsonPropertyName("flip_sin_to_cos")] public bool FlipSinToCos { get; init; } = true;
    [JsonPropertyName("freq_shift")] public int FreqShift { get; init; }
    [JsonPropertyName("in_channels")] public int InChannels { get; init; } = 3;
    [JsonPropertyName("layers_per_block")] public int LayersPerBlock { get; init; } = 2;

    /// <summary>What the sums with the residuals at the coarsest resolution are divided by.</summary>
    [JsonPropertyName("mid_block_scale_factor")] public double MidBlockScaleFactor { get; init; } = 1;
    [JsonPropertyName("norm_eps")] public double NormEps { get; init; } = 1e-5;

    /// <summary>
    /// Groups of the norms. Null, a quarter of the channels and at most 32, goes with skip and K blocks only; these have their own in any
    /// case.
    /// </summary>
    [JsonPropertyName("norm_num_groups")] public int? NormNumGroups { get; init; } = 32;

    /// <summary>Rows of the class embedding; null for an unconditional model.</summary>
    [JsonPropertyName("num_class_embeds")] public int? NumClassEmbeds { get; init; }

    /// <summary>Rows of the timestep embedding where <c>time_embedding_type</c> is <c>learned</c>.</summary>
    [JsonPropertyName("num_train_timesteps"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? NumTrainTimesteps { get; init; }
    [JsonPropertyName("out_channels")] public int OutChannels { get; init; } = 3;

    /// <summary>
    /// How the time enters a residual block: <c>default</c>, added; <c>scale_shift</c>, as gain and bias behind the second norm.
    /// </summary>
    [JsonPropertyName("resnet_time_scale_shift")] public string ResnetTimeScaleShift { get; init; } = "default";

    /// <summary>Height and width of the pictures.</summary>
    [JsonPropertyName("sample_size"), JsonConverter(typeof(SampleSizeConverter))] public int SampleSize { get; init; } = 32;

    /// <summary><c>positional</c>, sinusoids of t; <c>fourier</c>, random features of ln σ; <c>learned</c>, a table.</summary>
    [JsonPropertyName("time_embedding_type")] public string TimeEmbeddingType { get; init; } = "positional";

    /// <summary>One for each resolution, coarsest first: see <see cref="UpTypes"/>.</summary>
    [JsonPropertyName("up_block_types")]
    public string[] UpBlockTypes { get; init; } = ["AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D"];

    /// <summary>How <c>AttnUpBlock2D</c> doubles the size: <c>conv</c> or <c>resnet</c>; null is <c>conv</c>.</summary>
    [JsonPropertyName("upsample_type")] public string? UpsampleType { get; init; } = "conv";

    /// <summary>Keys of the file that are none of the above. <see cref="Validate"/> refuses those that could change the network.</summary>
    [JsonExtensionData] public Dictionary<string, JsonElement>? OtherKeys { get; set; }

    /// <summary>Whether the model takes a condition beside x and t.</summary>
    [JsonIgnore] public bool IsConditional => ClassEmbedType is not null || NumClassEmbeds is not null;

    /// <summary>What the condition is counted in; null unless it is a class label.</summary>
    internal int? ClassRows => ClassEmbedType is null ? NumClassEmbeds : null;

    /// <summary>
    /// Weights that a network of this configuration has at the least: those of the first convolutions on the way down and of the tables.
    /// </summary>
    internal long LeastParameters
    {
        get
        {
            var (least, before, first) = (0L, (long)BlockOutChannels[0], (long)BlockOutChannels[0]);
            foreach (long channels in BlockOutChannels)
            {
                least += 9 * channels * (before + (LayersPerBlock - 1) * channels);
                before = channels;
            }
            least += 16 * first * first + 4 * first * (ClassRows ?? 0);
            return TimeEmbeddingType == "learned" ? least + first * (NumTrainTimesteps ?? 0) : least;
        }
    }

    /// <summary>Groups of a norm over <paramref name="channels"/> outside the skip and K blocks.</summary>
    internal int GroupsOf(int channels) => NormNumGroups ?? Normalization.DefaultGroups(channels);

    /// <summary>Null: the attention at the coarsest resolution has no norm.</summary>
    internal int? MidAttentionGroups => AttnNormNumGroups ?? (ResnetTimeScaleShift == "default" ? GroupsOf(BlockOutChannels[^1]) : null);

    /// <summary>The type without the prefix that early files gave it.</summary>
    internal static string BlockType(string type) => type.StartsWith("UNetRes", StringComparison.Ordinal) ? type["UNetRes".Length..] : type;

    private sealed class SampleSizeConverter : JsonConverter<int>
    {
        // Else null would be refused before it is seen here.
        public override bool HandleNull => true;

        public override int Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var size)) return size;
            using var value = JsonDocument.ParseValue(ref reader);
            if (value.RootElement is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2
                && pair[0].ValueKind == JsonValueKind.Number && pair[0].GetRawText() == pair[1].GetRawText()
                && pair[0].TryGetInt32(out size)) return size;
            if (value.RootElement.ValueKind == JsonValueKind.Null)
                throw Refusal("sample_size", null,
                    "the height and width of the images that it was trained on: write it into config.json, such as \"sample_size\": 32");
            throw Refusal("sample_size", Shown(value.RootElement.GetRawText()), "a whole number, or two equal ones: pictures are square");
        }

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
