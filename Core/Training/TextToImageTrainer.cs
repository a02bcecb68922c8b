using System.Globalization;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Core.Schedules;

namespace Playground.Core.Training;

/// <summary>
/// Trains a U-Net over an autoencoder's latents on images with captions, a tenth of which are dropped for guidance, and writes it with its
/// autoencoder and text encoder in Stable Diffusion's layout: from scratch, with a text encoder that is trained along, or going on from a
/// Stable Diffusion model. Use it on one thread.
/// </summary>
public sealed class TextToImageTrainer : ITrainer
{
    /// <summary>Guidance that shows early in a training what the captions lead to; a model from scratch is saved with it.</summary>
    public const double PreviewGuidance = 3;

    private readonly LatentStart _start;
    private readonly CaptionedLatents _data;
    private readonly CaptionedNetwork _network;
    private readonly TrainingLoop _loop;
    private readonly TrainingOptions _options;
    private readonly string _folder;
    private CaptionPretraining? _pretraining;
    private bool _isTextReady;

    /// <summary>A U-Net and a text encoder drawn from the seed.</summary>
    /// <param name="images">Of the autoencoder's channels; sides that are multiples of its factor.</param>
    /// <param name="autoencoder">Folder of a trained autoencoder.</param>
    /// <param name="unet">The U-Net; its latents' size and channels and the text's width are set here.</param>
    /// <param name="text">The text encoder; its number of tokens is set here.</param>
    /// <param name="tokens">Tokens that are learned from the captions, 515 to 49408.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="folder">Where latents, checkpoints and the finished model go.</param>
    /// <param name="latents">A file for the images' latents, which are made anew where it is missing or of other images; null: in the
    /// folder.</param>
    /// <exception cref="PlaygroundException">The options, the networks and the data do not fit each other.</exception>
    public TextToImageTrainer(ICaptionedDataset images, string autoencoder, UNet2DConditionConfig unet, ClipTextConfig text, int tokens,
        TrainingOptions options, string folder, string? latents = null)
        : this(images, new LatentScratch(autoencoder, unet, text, tokens, options), options, folder, latents) { }

    private TextToImageTrainer(ICaptionedDataset images, LatentStart start, TrainingOptions options, string folder, string? latents)
    {
        (_start, _options, _folder) = (start, options, folder);
        var made = new List<IDisposable> { start };
        try
        {
            options.Validate();
            var config = start.Autoencoder.Config;
            if (images.Channels != config.InChannels || images.Height % config.Factor != 0 || images.Width != images.Height)
                throw new PlaygroundException(
                    $"The images are {images.Width}×{images.Height} with {images.Channels} channels; the autoencoder "
                    + $"takes squares of multiples of {config.Factor} with {config.InChannels}.");
            _data = new CaptionedLatents(images, start.Autoencoder, latents ?? Path.Combine(folder, "latents.safetensors"));
            made.Add(_data);
            start.Build(_data.Captions, images.Height / config.Factor);
            _network = new CaptionedNetwork(start.UNet, start.Text, start.Tokenizer, _data.Captions, start.TrainsText);
            made.Add(_network);
            _loop = new TrainingLoop(_network, _data, options with { Flip = false }, folder, _data.Captions.Count + 1,
                start.StartOf(_network));
        }
        catch
        {
            foreach (var part in Enumerable.Reverse(made)) part.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Goes on from a Stable Diffusion model: all weights of its U-Net are trained, or, with <paramref name="lora"/>, adapters of its
    /// attention beside them. The parameterization and the schedule are the model's, whatever the options say.
    /// </summary>
    /// <param name="model">A Stable Diffusion folder, or that in a single file; it is only read.</param>
    /// <param name="images">Of the autoencoder's channels; sides that are multiples of its factor.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="folder">Where latents, checkpoints and the finished model go.</param>
    /// <param name="lora">Rank and α; null trains all weights.</param>
    /// <param name="trainsText">Whether the text encoder is trained too; not with <paramref name="lora"/>.</param>
    /// <param name="latents">A file for the images' latents; null: in the folder.</param>
    /// <exception cref="PlaygroundException">The model cannot be read or trained, or the options, the model and the data do not fit each
    /// other.</exception>
    public static TextToImageTrainer FromModel(string model, ICaptionedDataset images, TrainingOptions options, string folder,
        LoraOptions? lora = null, bool trainsText = false, string? latents = null)
    {
        var start = new LatentTuning(model, lora, trainsText);
        return new TextToImageTrainer(images, start, options.With(start.Scheduler), folder, latents);
    }

    /// <summary>What it goes by: where it goes on from a model, with that model's parameterization and schedule.</summary>
    public TrainingOptions Options => _options;

    /// <summary>Steps done so far.</summary>
    public long Step => _loop.Step;

    /// <inheritdoc cref="TrainingLoop.Steps"/>
    public int Steps
    {
        get => _loop.Steps;
        set => _loop.Steps = value;
    }

    /// <summary>
    /// Steps of 64 examples in which the text encoder alone learns to tell the latents from the caption, before the first step; only where
    /// it is trained. They cost a tenth of the others, and the U-Net then follows its prompts many times sooner. A training that is
    /// resumed has them behind it.
    /// </summary>
    /// <exception cref="PlaygroundException">The value is below 0, or the text encoder is not trained.</exception>
    public int TextSteps
    {
        get;
        init
        {
            if (value < 0 || (value > 0 && !_start.TrainsText))
                throw new PlaygroundException($"text-steps is {value}; it must be {(_start.TrainsText ? "at least 0" : "0 where the text "
                    + "encoder is not trained")}.");
            field = value;
            _loop.Note("text-steps", value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Good <see cref="TextSteps"/> for the images: each caption is read thirty times, in 300 to 3,000 steps.</summary>
    public static int TextStepsFor(ICaptionedDataset images)
        => Math.Clamp(images.Captions.Sum(c => c.Count) * 30 / CaptionPretraining.BatchSize, 300, 3000);

    /// <inheritdoc/>
    public string? Note => null;

    /// <inheritdoc/>
    public long AllParameters => _start.UNet.ParameterCount + _start.Text.ParameterCount + _start.Autoencoder.ParameterCount;

    /// <summary>Number of weights that are trained.</summary>
    public long TrainedParameters => _loop.Weights.Values.Sum(w => w.numel());

    /// <inheritdoc cref="TrainingLoop.Resume"/>
    public void Resume() => _loop.Resume();

    /// <summary>Where <see cref="Run"/> writes the model: beside the checkpoints.</summary>
    public string ModelFolder => Path.Combine(_folder, "model");

    /// <summary>Trains to the last step, or until cancelled; either way a checkpoint and the model as it then is are written.</summary>
    /// <returns>Whether the last step was reached.</returns>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the last good checkpoint stays.</exception>
    public bool Run(Action<TrainingProgress>? onStep = null, CancellationToken ct = default, Action<CaptionProgress>? onTextStep = null)
    {
        while (Prepare() is { } progress)
        {
            onTextStep?.Invoke(progress);
            if (ct.IsCancellationRequested) return false;
        }
        var finished = _loop.Run(progress =>
        {
            onStep?.Invoke(progress);
            // A model to look at beside every checkpoint, so that a run that is cut off leaves one.
            if (progress.Step % _options.CheckpointEvery == 0) SaveModel(ModelFolder);
        }, ct);
        SaveModel(ModelFolder);
        return finished;
    }

    /// <summary>One of <see cref="TextSteps"/>, where they are not done.</summary>
    /// <returns>How far they are; null: the first step may follow.</returns>
    /// <exception cref="DivergedException">The loss became NaN or infinite.</exception>
    public CaptionProgress? Prepare()
    {
        if (TextSteps == 0 || Step > 0 || _isTextReady) return null;
        _pretraining ??= new CaptionPretraining(_start.Text, _start.Tokenizer, _data, _data.Captions, TextSteps, _options.Seed);
        var progress = _pretraining.Advance();
        if (progress.Step < TextSteps) return progress;
        _loop.RestartAverage();
        _pretraining.Dispose();
        (_pretraining, _isTextReady) = (null, true);
        return progress;
    }

    /// <inheritdoc cref="TrainingLoop.Advance"/>
    public TrainingProgress Advance() => _loop.Advance();

    /// <inheritdoc cref="TrainingLoop.SaveCheckpoint"/>
    public void SaveCheckpoint() => _loop.SaveCheckpoint();

    /// <summary>Begins to draw from prompts with the averaged weights.</summary>
    public ITrainingPreview Preview(SamplingRequest request)
    {
        var (scheduler, config) = (_start.Scheduler.ForLatents(), _start.Autoencoder.Config);
        var summary = new ModelSummary("training", _folder, config.Factor * (int)_data.Shape[1], config.OutChannels, null,
            scheduler.NumTrainTimesteps, "")
        {
            Scheduler = scheduler,
            Text = StableDiffusionParts.Describe(_start.UNet.Config, config, _start.Text.Config, _start.Tokenizer),
        };
        // It owns nothing but the networks, which are this trainer's.
        return new TrainingPreview(new StableDiffusionModel(_start.UNet, _start.Autoencoder, _start.Text, _start.Tokenizer, scheduler,
            summary), _loop, request);
    }

    /// <summary>
    /// Writes the model as it is now, its averaged weights where there are any. Adapters are merged into it and also lie beside it, as
    /// <see cref="LoraFile.Name"/>.
    /// </summary>
    /// <param name="folder">Replaced as a whole.</param>
    /// <param name="lineage">What is known of the data; null: nothing.</param>
    public void SaveModel(string folder, ModelLineage? lineage = null)
    {
        using var lent = _loop.LendAverage();
        var manifest = _start.Beginnings with { Training = _loop.Record(), Lineage = _start.Completed(lineage, Step) };
        WholeFolder.Create(folder, part => _start.Save(part, manifest));
    }

    public void Dispose()
    {
        _pretraining?.Dispose();
        _loop.Dispose();
        _network.Dispose();
        _data.Dispose();
        _start.Dispose();
    }
}
