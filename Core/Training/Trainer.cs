using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
using Playground.Core.Pipelines;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// Trains a <see cref="UNet2D"/> on pictures and writes it as a model folder: <see cref="Run"/> does all of it, <see cref="Advance"/>
/// a step at a time. Use it on one thread.
/// </summary>
public sealed class Trainer : ITrainer
{
    private readonly SchedulerConfig _scheduler;
    private readonly IPictureDataset _data;
    private readonly TrainingOptions _options;
    private readonly UNet2D _network;
    private readonly FineTuning? _tuning;
    private readonly TrainingLoop _loop;
    private readonly string _folder;

    /// <summary>A network drawn from the seed.</summary>
    /// <param name="data">Pictures of the model's size and channels.</param>
    /// <param name="config">The network; with <c>num_class_embeds</c> one more than the data's classes, the last row is "no class".</param>
    /// <param name="options">Checked here.</param>
    /// <param name="folder">Where checkpoints and the finished model go.</param>
    /// <exception cref="PlaygroundException">The options, the network and the data do not fit each other.</exception>
    public Trainer(IPictureDataset data, UNet2DConfig config, TrainingOptions options, string folder)
        : this(data, config, options, folder, null) { }

    private Trainer(IPictureDataset data, UNet2DConfig config, TrainingOptions options, string folder, FineTuning? tuning)
    {
        options.Validate();
        Fit(data, config, options);
        (_data, _options, _folder, _tuning, _scheduler) = (data, options, folder, tuning, tuning?.Scheduler ?? options.ToSchedulerConfig());
        _network = new UNet2D(config);
        try
        {
            _loop = new TrainingLoop(_network, new PictureExamples(data), options, folder, config.NumClassEmbeds,
                tuning?.StartOf(_network));
        }
        catch
        {
            _network.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Goes on from a model: all of its weights are trained, or, with <paramref name="lora"/>, adapters beside them. The parameterization
    /// and the schedule are the model's, whatever the options say; its class embedding is fitted to the data's classes.
    /// </summary>
    /// <param name="model">The model's folder; it is only read.</param>
    /// <param name="data">Pictures of the model's size and channels.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="folder">Where checkpoints and the finished model go.</param>
    /// <param name="conditional">Whether the data's classes are used.</param>
    /// <param name="lora">Rank and α; null trains all weights.</param>
    /// <exception cref="PlaygroundException">The model cannot be read, or the options, the model and the data do not fit each
    /// other.</exception>
    public static Trainer FromModel(string model, IPictureDataset data, TrainingOptions options, string folder, bool conditional = false,
        LoraOptions? lora = null)
    {
        var tuning = new FineTuning(model, conditional ? data.Classes : null, lora);
        try
        {
            return new Trainer(data, tuning.Config, options.With(tuning.Scheduler), folder, tuning);
        }
        catch
        {
            tuning.Dispose();
            throw;
        }
    }

    /// <summary>Whether <paramref name="folder"/> holds a checkpoint to <see cref="Resume"/>.</summary>
    public static bool HasCheckpoint(string folder) => TrainingCheckpoint.Latest(folder) is not null;

    /// <summary>The step of the newest checkpoint in <paramref name="folder"/>; 0 without one.</summary>
    public static long CheckpointStep(string folder)
        => TrainingCheckpoint.Latest(folder) is { } checkpoint ? TrainingCheckpoint.StepOf(checkpoint) : 0;

    /// <summary>Requires that a new training can begin in <paramref name="folder"/>: nothing of another one is there.</summary>
    /// <exception cref="PlaygroundException">There is; the sentence says what, and what to do.</exception>
    public static void RequireNew(string folder)
    {
        var checkpoint = TrainingCheckpoint.Latest(folder);
        if (checkpoint is null && !File.Exists(ModelFiles.At(folder).Index) && !File.Exists(ModelFiles.At(folder).Weights)) return;
        throw new PlaygroundException($"'{folder}' holds "
            + (checkpoint is null ? "a model" : $"another training, at step {TrainingCheckpoint.StepOf(checkpoint)}")
            + ". Resume it (--resume), give another folder, or have it deleted (--overwrite).");
    }

    /// <summary>Deletes what another training left in <paramref name="folder"/>: its checkpoints and its model; nothing else.</summary>
    public static void Clear(string folder)
    {
        foreach (var part in new[] { "checkpoints", "unet", "scheduler" })
            if (Path.Combine(folder, part) is var path && Directory.Exists(path)) Directory.Delete(path, recursive: true);
        foreach (var file in new[] { ModelFiles.At(folder).Index, ModelFiles.At(folder).Manifest, Path.Combine(folder, LoraFile.Name) })
            File.Delete(file);
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

    /// <summary>What of the model had to be changed for the data, as a sentence; null: nothing.</summary>
    public string? Note => _tuning?.Note;

    /// <summary>Number of the network's weights.</summary>
    public long AllParameters => _network.ParameterCount;

    /// <summary>Number of weights that are trained.</summary>
    public long TrainedParameters => _loop.Weights.Values.Sum(w => w.numel());

    /// <inheritdoc cref="TrainingLoop.Resume"/>
    public void Resume() => _loop.Resume();

    /// <inheritdoc cref="TrainingLoop.Advance"/>
    public TrainingProgress Advance() => _loop.Advance();

    /// <inheritdoc cref="TrainingLoop.SaveCheckpoint"/>
    public void SaveCheckpoint() => _loop.SaveCheckpoint();

    /// <summary>Trains to the last step, or until cancelled; either way a checkpoint and the model as it then is are written.</summary>
    /// <returns>Whether the last step was reached.</returns>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the last good checkpoint stays.</exception>
    public bool Run(Action<TrainingProgress>? onStep = null, CancellationToken ct = default)
    {
        var begun = Step;
        var finished = _loop.Run(onStep, ct);
        if (Step > begun) SaveModel(_folder);
        return finished;
    }

    /// <summary>
    /// Writes the model as it is now, its averaged weights where there are any, in diffusers' layout; adapters are merged into it and
    /// also lie beside it, as <see cref="LoraFile.Name"/>.
    /// </summary>
    /// <param name="folder">Created where it is missing.</param>
    /// <param name="lineage">What is known of the data; the model that it went on from, the step and the adapters are added.</param>
    public void SaveModel(string folder, ModelLineage? lineage = null)
    {
        using var scope = NewDisposeScope();
        var weights = _loop.Weights;
        if (_tuning?.Adapters is { } adapters)
        {
            Directory.CreateDirectory(folder);
            LoraFile.Write(Path.Combine(folder, LoraFile.Name), weights, adapters.Options, adapters.Targets);
            weights = LoraAdapters.Merge(_network.state_dict(), weights, adapters.Options);
        }
        var rows = _network.Config.NumClassEmbeds;
        var classes = rows is null ? null : _data.Classes;
        ModelFolder.Save(folder, weights, _network.Config, _scheduler,
            new ModelManifest
            {
                Classes = classes,
                ClassNames = classes is not null && _data.ClassNames.Count == classes ? _data.ClassNames : null,
                Guidance = rows > classes ? _tuning?.Parent.Manifest.Guidance : null,
                Training = _loop.Record(),
                Lineage = Completed(lineage),
            });
    }

    /// <summary>Begins to sample from the averaged weights. Until it is disposed, nothing else may be asked of the trainer.</summary>
    /// <exception cref="PlaygroundException">The request does not fit the model.</exception>
    public TrainingPreview Preview(SamplingRequest request)
    {
        var rows = _network.Config.NumClassEmbeds;
        var classes = rows is null ? null : _data.Classes;
        var summary = new ModelSummary("training", _folder, _network.Config.SampleSize, _network.Config.InChannels, classes,
            _scheduler.NumTrainTimesteps, "", rows > classes)
        { Scheduler = _scheduler };
        return new TrainingPreview(new DiffusionModel(_network, _scheduler, summary), _loop, request);
    }

    ITrainingPreview ITrainer.Preview(SamplingRequest request) => Preview(request);

    private ModelLineage? Completed(ModelLineage? lineage)
    {
        if (_tuning is null) return lineage is null ? null : lineage with { Step = Step };
        return (lineage ?? new ModelLineage()) with
        {
            Parent = lineage?.Parent ?? _tuning.Parent.Name,
            ParentHash = _tuning.Parent.Hash,
            Step = Step,
            LoraRank = _tuning.Adapters?.Options.Rank,
            LoraAlpha = _tuning.Adapters?.Options.Alpha,
        };
    }

    private static void Fit(IPictureDataset data, UNet2DConfig config, TrainingOptions options)
    {
        if (data.Channels != config.InChannels || config.InChannels != config.OutChannels)
            throw new PlaygroundException(
                $"The data has {data.Channels} channels, and the model's in_channels and out_channels "
                    + $"are {config.InChannels} and {config.OutChannels}; make them equal.");
        if (data.Height != config.SampleSize || data.Width != config.SampleSize)
            throw new PlaygroundException(
                $"The pictures are {data.Width}×{data.Height}, and the model's sample_size is {config.SampleSize}; make them equal.");
        if (config.TimeEmbeddingType == "learned" && config.NumTrainTimesteps < options.Timesteps)
            throw new PlaygroundException(
                $"The model's num_train_timesteps is {config.NumTrainTimesteps}, and timesteps is {options.Timesteps}; the model must have "
                    + "a row for each.");
    }

    public void Dispose()
    {
        _loop.Dispose();
        _network.Dispose();
        _tuning?.Dispose();
    }
}
