using System.Globalization;
using System.Text.RegularExpressions;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Schedules;
using Playground.Core.Text;
using static TorchSharp.torch;

namespace Playground.Core.Pipelines.StableDiffusion;

/// <summary>
/// Stable Diffusion 1 or 2 in one <c>.safetensors</c> file, as AUTOMATIC1111's web UI and Civitai have it. Its configuration does not
/// travel
/// in the file: it is read off the shapes, and what no shape tells is that of the published models.
/// </summary>
public static partial class StableDiffusionFile
{
    private const string UNetPrefix = "model.diffusion_model.", AutoencoderPrefix = "first_stage_model.",
        ClipPrefix = "cond_stage_model.transformer.", OpenClipPrefix = "cond_stage_model.model.";

    // Stable Diffusion 1's heads, and the width of a head of Stable Diffusion 2 and of both text encoders.
    private const int Heads = 8, HeadWidth = 64, MostGroups = 32;

    /// <summary>Loads a model onto the default device, in evaluation mode.</summary>
    /// <exception cref="PlaygroundException">It is another kind of model, or damaged.</exception>
    public static StableDiffusionModel Load(string path) => Open(path).Load();

    /// <summary>What can be said of it without reading the weights.</summary>
    /// <exception cref="PlaygroundException">As for <see cref="Load"/>.</exception>
    public static ModelSummary Describe(string path) => Open(path).Summarize();

    /// <summary>
    /// Writes the model as a folder that diffusers loads, in the file's own types, checking every number on the way. One part is held in
    /// memory at a time.
    /// </summary>
    /// <exception cref="PlaygroundException">It is another kind of model, or damaged.</exception>
    public static void Unpack(string path, string folder, CancellationToken ct = default)
    {
        var parts = Open(path);
        string[] targets = ["text_encoder/model", "vae/diffusion_pytorch_model", "unet/diffusion_pytorch_model"];
        foreach (var ((network, weights), target) in parts.Networks().Zip(targets))
        {
            using var scope = NewDisposeScope();
            using (network)
            {
                var all = new Dictionary<string, Tensor>();
                weights.Each(network, (name, value) => all[name] = value.contiguous().MoveToOuterDisposeScope(), ct);
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, target))!);
                SafetensorsFile.Write(Path.Combine(folder, target + ".safetensors"), all);
            }
        }
        Directory.CreateDirectory(Path.Combine(folder, "scheduler"));
        Json.Write(Path.Combine(folder, "unet", "config.json"), parts.UNet);
        Json.Write(Path.Combine(folder, "vae", "config.json"), parts.Autoencoder);
        Json.Write(Path.Combine(folder, "text_encoder", "config.json"), parts.Text);
        Json.Write(Path.Combine(folder, "scheduler", "scheduler_config.json"), parts.Scheduler);
        parts.Tokenizer.Save(Path.Combine(folder, "tokenizer"), parts.Text.MaxPositionEmbeddings);
        StableDiffusionFolder.WriteIndex(folder, parts.UNet, parts.Autoencoder, parts.Scheduler);
    }

    internal static StableDiffusionParts Open(string path)
    {
        var shapes = ShapesOf(path);
        var unet = UNetOf(shapes);
        var (autoencoder, text) = (AutoencoderOf(shapes), TextOf(shapes, Path.GetFileName(path)));
        var isTwo = unet.UseLinearProjection;
        var predictsV = isTwo && PredictsV(path);
        return new StableDiffusionParts
        {
            Path = Path.GetFullPath(path),
            UNet = unet with { SampleSize = predictsV ? 96 : 64, UpcastAttention = predictsV },
            Autoencoder = autoencoder with { SampleSize = predictsV ? 768 : 512 },
            Text = text,
            Scheduler = SchedulerOf(isTwo, predictsV),
            Tokenizer = TokenizerOf(path, isTwo),
            UNetWeights = Weights(shapes, "U-Net", new UNet2DConditionModel(unet),
                n => (UNetPrefix + SingleFileNames.UNet(n, unet.LayersPerBlock, i => unet.UpBlockTypes[i].StartsWith("Cross",
                    StringComparison.Ordinal)), null)),
            AutoencoderWeights = Weights(shapes, "autoencoder", new AutoencoderKL(autoencoder),
                n => (AutoencoderPrefix + SingleFileNames.Autoencoder(n, autoencoder.BlockOutChannels.Length), null)),
            TextWeights = Weights(shapes, "text encoder", new ClipTextModel(text), n => TextName(shapes, n)),
            Manifest = new ModelManifest(),
        }.Checked();
    }

    // The names and shapes of a file that holds all parts.
    private static Shapes ShapesOf(string path)
    {
        var file = Path.GetFileName(path);
        if (!File.Exists(path)) throw new PlaygroundException($"The file '{path}' does not exist.");
        if (ModelFiles.IsPickled(file)) throw new PlaygroundException(ModelFiles.PickledSentence(file));
        var shapes = new Shapes(path, SafetensorsFile.ReadHeader(path));
        if (OtherModels.RefusalOf(shapes.Names, file) is { } refusal) throw refusal;
        if (!shapes.Has(UNetPrefix + "input_blocks.0.0.weight"))
            throw new PlaygroundException($"'{file}' is not Stable Diffusion in one file: it has no tensor "
                + $"'{UNetPrefix}input_blocks.0.0.weight'. Use a checkpoint of Stable Diffusion 1 or 2, or a folder as diffusers saves "
                + "it.");
        if (!shapes.Has(AutoencoderPrefix + "quant_conv.weight"))
            throw new PlaygroundException($"'{file}' has no autoencoder ('{AutoencoderPrefix}…'). Use a file that has its VAE baked in.");
        return shapes;
    }

    // As the published models of each version are trained.
    private static SchedulerConfig SchedulerOf(bool isTwo, bool predictsV) => new()
    {
        ClassName = isTwo ? "DDIMScheduler" : "PNDMScheduler",
        BetaStart = 0.00085f,
        BetaEnd = 0.012f,
        BetaSchedule = "scaled_linear",
        PredictionType = predictsV ? "v_prediction" : "epsilon",
        SetAlphaToOne = false,
        SkipPrkSteps = isTwo ? null : true,
        StepsOffset = 1,
    };

    // The published models have OpenAI's; a model of one's own has its own beside the file.
    private static ClipTokenizer TokenizerOf(string path, bool isTwo)
    {
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "tokenizer");
        return Directory.Exists(beside) ? ClipTokenizer.Load(beside) : ClipTokenizer.OpenAi(fillsWithZero: isTwo);
    }

    private static (string Name, int? Third) TextName(Shapes shapes, string name)
    {
        if (shapes.Has(OpenClipPrefix + "positional_embedding"))
        {
            var (old, third) = SingleFileNames.OpenClip(name);
            return (OpenClipPrefix + old, third);
        }
        return shapes.Has(ClipPrefix + name) ? (ClipPrefix + name, null) : (ClipPrefix + name["text_model.".Length..], null);
    }

    // What the network asks for, found under the file's names. What else the file holds is passed over.
    private static WeightSource Weights(Shapes shapes, string title, nn.Module network, Func<string, (string Name, int? Third)> nameOf)
    {
        var found = new Dictionary<string, StoredWeight>();
        using (network)
        {
            foreach (var (name, _) in network.named_parameters())
            {
                var (old, third) = nameOf(name);
                if (shapes.Entry(old) is { } entry)
                    found[name] = new StoredWeight(shapes.Path, entry, third is { } i ? t => t.chunk(3, 0)[i] : null);
            }
        }
        return new WeightSource(title, found);
    }

    private static UNet2DConditionConfig UNetOf(Shapes shapes)
    {
        string At(string name) => UNetPrefix + name;
        int[] downs = [.. Enumerable.Range(1, 200).Where(i => shapes.Has(At($"input_blocks.{i}.0.op.weight")))];
        var layers = downs.Length > 0 ? downs[0] - 1
            : Enumerable.Range(1, 16).TakeWhile(i => shapes.Has(At($"input_blocks.{i}.0.in_layers.2.weight"))).Count();
        var levels = downs.Length + 1;
        int First(int level) => 1 + level * (layers + 1);
        int[] channels = [.. Enumerable.Range(0, levels)
            .Select(l => (int)shapes.Of(At($"input_blocks.{First(l)}.0.in_layers.2.weight"))[0])];
        bool[] attends = [.. Enumerable.Range(0, levels).Select(l => shapes.Has(At($"input_blocks.{First(l)}.1.norm.weight")))];
        var cross = shapes.Of(At("middle_block.1.transformer_blocks.0.attn2.to_k.weight"));
        var linear = shapes.Of(At("middle_block.1.proj_in.weight")).Length == 2;
        return new UNet2DConditionConfig
        {
            InChannels = (int)shapes.Of(At("input_blocks.0.0.weight"))[1],
            OutChannels = (int)shapes.Of(At("out.2.weight"))[0],
            BlockOutChannels = channels,
            LayersPerBlock = layers,
            DownBlockTypes = [.. attends.Select(a => a ? "CrossAttnDownBlock2D" : "DownBlock2D")],
            UpBlockTypes = [.. attends.Reverse().Select(a => a ? "CrossAttnUpBlock2D" : "UpBlock2D")],
            CrossAttentionDim = (int)cross[1],
            UseLinearProjection = linear,
            AttentionHeads = linear ? [.. channels.Select(c => Math.Max(1, c / HeadWidth))] : [Heads],
            TransformerLayersPerBlock = Enumerable.Range(0, 16)
                .TakeWhile(i => shapes.Has(At($"middle_block.1.transformer_blocks.{i}.norm1.weight"))).Count(),
            NormNumGroups = GroupsFor(channels),
        };
    }

    private static AutoencoderKLConfig AutoencoderOf(Shapes shapes)
    {
        string At(string name) => AutoencoderPrefix + name;
        var levels = Enumerable.Range(0, 8).TakeWhile(l => shapes.Has(At($"encoder.down.{l}.block.0.conv1.weight"))).Count();
        var layers = Enumerable.Range(0, 16).TakeWhile(j => shapes.Has(At($"encoder.down.0.block.{j}.conv1.weight"))).Count();
        int[] channels = [.. Enumerable.Range(0, levels).Select(l => (int)shapes.Of(At($"encoder.down.{l}.block.0.conv1.weight"))[0])];
        return new AutoencoderKLConfig
        {
            BlockOutChannels = channels,
            LayersPerBlock = layers,
            DownBlockTypes = [.. channels.Select(_ => "DownEncoderBlock2D")],
            UpBlockTypes = [.. channels.Select(_ => "UpDecoderBlock2D")],
            InChannels = (int)shapes.Of(At("encoder.conv_in.weight"))[1],
            OutChannels = (int)shapes.Of(At("decoder.conv_out.weight"))[0],
            LatentChannels = (int)shapes.Of(At("post_quant_conv.weight"))[0],
            NormNumGroups = GroupsFor(channels),
        };
    }

    private static ClipTextConfig TextOf(Shapes shapes, string file)
    {
        if (shapes.Has(OpenClipPrefix + "positional_embedding"))
        {
            var layers = Count(i => $"{OpenClipPrefix}transformer.resblocks.{i}.ln_1.weight");
            // The last layer is not used: what is read is the output of the one before.
            return Config(OpenClipPrefix + "token_embedding.weight", OpenClipPrefix + "positional_embedding",
                OpenClipPrefix + "transformer.resblocks.0.mlp.c_fc.weight", Math.Max(1, layers - 1), "gelu");
        }
        var prefix = new[] { ClipPrefix + "text_model.", ClipPrefix }
            .FirstOrDefault(p => shapes.Has(p + "embeddings.token_embedding.weight"))
            ?? throw new PlaygroundException($"'{file}' has no text encoder ('{ClipPrefix}…'). Use a file that has it, or a folder.");
        return Config(prefix + "embeddings.token_embedding.weight", prefix + "embeddings.position_embedding.weight",
            prefix + "encoder.layers.0.mlp.fc1.weight", Count(i => $"{prefix}encoder.layers.{i}.layer_norm1.weight"), "quick_gelu");

        int Count(Func<int, string> name) => Enumerable.Range(0, 100).TakeWhile(i => shapes.Has(name(i))).Count();

        ClipTextConfig Config(string tokens, string positions, string inner, int layers, string activation)
        {
            var (table, width) = (shapes.Of(tokens), (int)shapes.Of(tokens)[1]);
            return new ClipTextConfig
            {
                VocabSize = (int)table[0],
                HiddenSize = width,
                MaxPositionEmbeddings = (int)shapes.Of(positions)[0],
                IntermediateSize = (int)shapes.Of(inner)[0],
                NumHiddenLayers = layers,
                NumAttentionHeads = Math.Max(1, width / HeadWidth),
                HiddenAct = activation,
                ProjectionDim = width,
            };
        }
    }

    // 32, as published; smaller models of one's own have as many as fit.
    private static int GroupsFor(int[] channels)
    {
        var groups = MostGroups;
        while (channels.Any(c => c % groups != 0)) groups /= 2;
        return groups;
    }

    // No weight tells: the configuration beside the file does, and without one the larger, more common model of v is taken.
    private static bool PredictsV(string path)
    {
        var yaml = Path.ChangeExtension(path, ".yaml");
        return !File.Exists(yaml) || ParameterizationPattern().IsMatch(File.ReadAllText(yaml));
    }

    [GeneratedRegex("""parameterization:\s*["']?v["']?\s*(#.*)?$""", RegexOptions.Multiline)]
    private static partial Regex ParameterizationPattern();

    private sealed class Shapes
    {
        private readonly Dictionary<string, SafetensorsEntry> _entries;

        public Shapes(string path, SafetensorsHeader header)
        {
            Path = path;
            // Some files have everything under one more name.
            const string nesting = "state_dict.";
            _entries = header.Entries.ToDictionary(
                e => e.Name.StartsWith(nesting, StringComparison.Ordinal) ? e.Name[nesting.Length..] : e.Name);
        }

        public string Path { get; }

        public IReadOnlyCollection<string> Names => _entries.Keys;

        public bool Has(string name) => _entries.ContainsKey(name);

        public SafetensorsEntry? Entry(string name) => _entries.GetValueOrDefault(name);

        public long[] Of(string name) => Entry(name) is { Shape.Length: >= 1 } entry ? entry.Shape
            : throw new PlaygroundException(string.Create(CultureInfo.InvariantCulture,
                $"'{System.IO.Path.GetFileName(Path)}' lacks the tensor '{name}'. Copy it again from its source."));
    }
}
