using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Core.Schedules;
using Playground.Core.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// Trains a U-Net over an autoencoder's latents together with a text encoder of its own, on images with captions, a tenth of which are
/// dropped for guidance, and writes both with the autoencoder in Stable Diffusion's layout. Use it on one thread.
/// </summary>
public sealed class TextToImageTrainer : ITrainer
{
    private readonly StableDiffusionTexts _texts;
    private readonly UNet2DConditionModel _unet;
    private readonly ClipTextModel _text;
    private readonly AutoencoderKL _autoencoder;
    private readonly CaptionedLatents _data;
    private readonly CaptionedNetwork _network;
    private readonly TrainingLoop _loop;
    private readonly TrainingOptions _options;
    private readonly string _folder;

    /// <param name="images">Of the autoencoder's channels; sides that are multiples of its factor.</param>
    /// <param name="autoencoder">Folder of a trained autoencoder.</param>
    /// <param name="unet">The U-Net; its latents' size and channels and the text's width are set here.</param>
    /// <param name="text">The text encoder; its number of tokens is set here.</param>
    /// <param name="tokens">Tokens that are learned from the captions, 515 to 49408.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="folder">Where latents, checkpoints and the finished model go.</param>
    /// <exception cref="PlaygroundException">The options, the networks and the data do not fit each other.</exception>
    /// <param name="latents">A file for the images' latents, which are made anew where it is missing or of other images; null: in the
    /// folder.</param>
    public TextToImageTrainer(ICaptionedDataset images, string autoencoder, UNet2DConditionConfig unet, ClipTextConfig text, int tokens,
        TrainingOptions options, string folder, string? latents = null)
    {
        options.Validate();
        if (tokens is < 515 or > 49_408) throw new PlaygroundException($"tokens is {tokens}; it must be 515 to 49408.");
        (_options, _folder) = (options, folder);
        _autoencoder = LoadAutoencoder(autoencoder);
        var made = new List<IDisposable> { _autoencoder };
        try
        {
            var config = _autoencoder.Config;
            if (images.Channels != config.InChannels || images.Height % config.Factor != 0)
                throw new PlaygroundException(
                    $"The images are {images.Width}×{images.Height} with {images.Channels} channels; the autoencoder "
                    + $"takes multiples of {config.Factor} with {config.InChannels}.");
            _data = new CaptionedLatents(images, _autoencoder, latents ?? Path.Combine(folder, "latents.safetensors"));
            made.Add(_data);
            _texts = StableDiffusionTexts.Learn(_data.Captions, tokens, text.MaxPositionEmbeddings);
            _unet = new UNet2DConditionModel(unet with
            {
                InChannels = config.LatentChannels,
                OutChannels = config.LatentChannels,
                SampleSize = images.Height / config.Factor,
                CrossAttentionDim = text.HiddenSize,
            });
            made.Add(_unet);
            _text = new ClipTextModel(_texts.Configured(text));
            made.Add(_text);
            _network = new CaptionedNetwork(_unet, _text, _texts.Table(_data.Captions));
            _loop = new TrainingLoop(_network, _data, options with { Flip = false }, folder, _data.Captions.Count + 1);
        }
        catch
        {
            foreach (var part in made) part.Dispose();
            throw;
        }
    }

    /// <summary>Steps done so far.</summary>
    public long Step => _loop.Step;

    /// <inheritdoc cref="TrainingLoop.Steps"/>
    public int Steps
    {
        get => _loop.Steps;
        set => _loop.Steps = value;
    }

    /// <inheritdoc/>
    public string? Note => null;

    /// <inheritdoc/>
    public long AllParameters => _unet.ParameterCount + _text.ParameterCount + _autoencoder.ParameterCount;

    /// <summary>Number of weights that are trained.</summary>
    public long TrainedParameters => _loop.Weights.Values.Sum(w => w.numel());

    /// <inheritdoc cref="TrainingLoop.Resume"/>
    public void Resume() => _loop.Resume();

    /// <summary>Trains to the last step, or until cancelled; either way a checkpoint and the model as it then is are written.</summary>
    /// <returns>Whether the last step was reached.</returns>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the last good checkpoint stays.</exception>
    public bool Run(Action<TrainingProgress>? onStep = null, CancellationToken ct = default)
    {
        var finished = _loop.Run(progress =>
        {
            onStep?.Invoke(progress);
            // A model to look at beside every checkpoint, so that a run that is cut off leaves one.
            if (progress.Step % _options.CheckpointEvery == 0) SaveModel(Path.Combine(_folder, "model"));
        }, ct);
        SaveModel(Path.Combine(_folder, "model"));
        return finished;
    }

    /// <inheritdoc cref="TrainingLoop.Advance"/>
    public TrainingProgress Advance() => _loop.Advance();

    /// <inheritdoc cref="TrainingLoop.SaveCheckpoint"/>
    public void SaveCheckpoint() => _loop.SaveCheckpoint();

    /// <summary>Begins to draw from prompts with the averaged weights.</summary>
    public ITrainingPreview Preview(SamplingRequest request)
    {
        var scheduler = Scheduler.ForLatents();
        var summary = new ModelSummary("training", _folder, _autoencoder.Config.Factor * (_unet.Config.SampleSize ?? 64),
            _autoencoder.Config.OutChannels, null, scheduler.NumTrainTimesteps, "")
        {
            Scheduler = scheduler,
            Text = StableDiffusionParts.Describe(_unet.Config, _autoencoder.Config, _text.Config, _texts.Tokenizer),
        };
        // It owns nothing but the networks, which are this trainer's.
        return new TrainingPreview(new StableDiffusionModel(_unet, _autoencoder, _text, _texts.Tokenizer, scheduler, summary), _loop,
            request);
    }

    private SchedulerConfig Scheduler => _options.ToSchedulerConfig() with { ClipSample = false, StepsOffset = 1 };

    /// <summary>Writes the model as it is now, its averaged weights where there are any, in bfloat16.</summary>
    /// <param name="folder">Replaced as a whole.</param>
    /// <param name="lineage">What is known of the data; null: nothing.</param>
    public void SaveModel(string folder, ModelLineage? lineage = null)
    {
        using var lent = _loop.LendAverage();
        WholeFolder.Create(folder, part => StableDiffusionFolder.Save(part, _unet, _autoencoder, _text, _texts.Tokenizer,
            Scheduler, new ModelManifest { Training = _loop.Record(), Lineage = lineage is null ? null : lineage with { Step = Step } },
            ScalarType.BFloat16));
    }

    private static AutoencoderKL LoadAutoencoder(string folder)
    {
        if (Directory.Exists(Path.Combine(folder, "vae"))) folder = Path.Combine(folder, "vae");
        var network = new AutoencoderKL(Json.Read<AutoencoderKLConfig>(Path.Combine(folder, "config.json")));
        try
        {
            ComponentFiles.Find(folder, "diffusion_pytorch_model", "autoencoder").Assign(network);
            network.eval();
            foreach (var parameter in network.parameters()) parameter.requires_grad = false;
            if (TorchEngine.DefaultDevice.type != DeviceType.CPU) network.to(TorchEngine.DefaultDevice);
            network.IsFrozen = true;
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _loop.Dispose();
        _network.Dispose();
        _data.Dispose();
        _autoencoder.Dispose();
    }

    /// <summary>(x_t, t, caption's row) → prediction: the text encoder is trained through the U-Net.</summary>
    private sealed class CaptionedNetwork : Denoiser
    {
        private readonly UNet2DConditionModel _unet;
        private readonly ClipTextModel _text;
        private readonly Tensor _table;

        public CaptionedNetwork(UNet2DConditionModel unet, ClipTextModel text, Tensor table) : base(nameof(CaptionedNetwork))
        {
            (_unet, _text, _table) = (unet, text, table);
            register_module("unet", unet);
            register_module("text", text);
        }

        public override Tensor forward(Tensor x, Tensor t, Tensor? condition)
            => _unet.call(x, t, _text.call(_table.index_select(0, condition!.to(_table.device)).to(x.device)));

        protected override void Dispose(bool disposing)
        {
            if (disposing) _table.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>A tokenizer learned from captions, and what it makes of them.</summary>
internal sealed class StableDiffusionTexts
{
    private readonly int _length;

    private StableDiffusionTexts(ClipTokenizer tokenizer, int length) => (Tokenizer, _length) = (tokenizer, length);

    public ClipTokenizer Tokenizer { get; }

    public static StableDiffusionTexts Learn(IEnumerable<string> captions, int tokens, int length)
        => new(ClipTokenizer.Learn(captions, tokens), length);

    public ClipTextConfig Configured(ClipTextConfig config) => config with
    {
        VocabSize = Tokenizer.Size,
        BosTokenId = Tokenizer.Start,
        EosTokenId = Tokenizer.End,
        PadTokenId = Tokenizer.Filling,
        ProjectionDim = config.HiddenSize,
    };

    /// <summary>Tokens of every caption, and of none in the last row: int64 [captions + 1, L].</summary>
    public Tensor Table(IReadOnlyList<string> captions)
        => tensor(captions.Append("").SelectMany(c => Tokenizer.Prepare(c, _length).Ids).ToArray(), [captions.Count + 1, _length])
            .DetachFromDisposeScope();
}
