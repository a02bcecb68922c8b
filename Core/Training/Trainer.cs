using System.Diagnostics;
using System.Globalization;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Engine;
using Playground.Core.Models;
using Playground.Core.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// Trains a <see cref="UNet2D"/> to predict ε (Ho et al. 2020, algorithm 1). A run that is stopped and resumed equals, bit for bit,
/// one that was not: weights, moments, averages, counters and the random stream are all in the checkpoint.
/// Use it on one thread.
/// </summary>
public sealed class Trainer : IDisposable
{
    // Without clipping: DDIM takes x₀ clipped and ε as it is, and under guidance the two then drift apart.
    private static readonly SchedulerConfig s_scheduler = new() { ClipSample = false };

    private readonly TrainingOptions _options;
    private readonly IPictureDataset _data;
    private readonly UNet2D _network;
    private readonly SchedulerConfig _scheduler;
    private readonly string _folder;
    private readonly AdamW _optimizer;
    private readonly WeightAverage? _average;
    private readonly Generator _random;
    private readonly BatchSource _batches;
    private readonly Tensor _signal, _noise;
    private readonly int? _nullClass;
    private readonly Device _device;
    private double _secondsBefore;

    /// <param name="data">Pictures of the model's size and channels.</param>
    /// <param name="config">The network; with <c>num_class_embeds</c> one more than the data's classes, the last row is "no class".</param>
    /// <param name="options">Checked here.</param>
    /// <param name="folder">Where checkpoints and the finished model go.</param>
    /// <param name="scheduler">β, T and how the model is sampled; null: linear, without clipping.</param>
    /// <exception cref="PlaygroundException">The options, the network and the data do not fit each other.</exception>
    public Trainer(IPictureDataset data, UNet2DConfig config, TrainingOptions options, string folder, SchedulerConfig? scheduler = null)
    {
        options.Validate();
        Fit(data, config);
        (_data, _options, _folder, _scheduler) = (data, options, folder, scheduler ?? s_scheduler);
        _nullClass = config.NumClassEmbeds > data.Classes ? config.NumClassEmbeds - 1 : null;
        _device = TorchEngine.DefaultDevice;
        _random = new Generator(options.Seed);
        _network = new UNet2D(config);
        InitialWeights.Draw(_network, _random);
        if (_device.type != DeviceType.CPU) _network.to(_device);
        _optimizer = new AdamW(_network.named_parameters());
        if (options.Ema > 0) _average = new WeightAverage(_network.named_parameters(), options.Ema);
        _batches = new BatchSource(data, options.BatchSize, options.Seed);

        var alphaBar = NoiseSchedule.FromConfig(_scheduler).AlphasCumprod;
        _signal = tensor([.. alphaBar.Select(MathF.Sqrt)], device: _device).DetachFromDisposeScope();
        _noise = tensor([.. alphaBar.Select(a => MathF.Sqrt(1 - a))], device: _device).DetachFromDisposeScope();
    }

    /// <summary>Steps done so far.</summary>
    public long Step { get; private set; }

    /// <summary>Continues from the newest checkpoint.</summary>
    /// <exception cref="PlaygroundException">There is none, or it is of another training.</exception>
    public void Resume()
    {
        var checkpoint = TrainingCheckpoint.Latest(_folder) ?? throw new PlaygroundException($"'{_folder}' holds no checkpoint to resume; leave --resume out to start anew.");
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (state, tensors) = TrainingCheckpoint.Load(checkpoint);
        if (state.Seed != _options.Seed || state.BatchSize != _options.BatchSize)
            throw new PlaygroundException($"The checkpoint was made with seed {state.Seed} and batch {state.BatchSize}, not seed {_options.Seed} and batch {_options.BatchSize}; give the same to resume.");
        var targets = Tensors().ToList();
        var faults = targets.Where(t => !tensors.TryGetValue(t.Name, out var v) || !v.shape.SequenceEqual(t.Value.shape)).Select(t => t.Name).ToList();
        if (faults.Count > 0) throw new PlaygroundException($"The checkpoint '{checkpoint}' does not fit this model or EMA setting: {string.Join(", ", faults.Take(10))} missing or of another shape.");

        foreach (var (name, value) in targets) value.copy_(tensors[name]);
        _random.set_state(tensors["random"]);
        (_optimizer.Count, Step, _secondsBefore) = (state.OptimizerCount, state.Step, state.Seconds);
        if (_average is not null) _average.Count = state.EmaCount;
    }

    /// <summary>Trains to the last step, or until cancelled; either way a checkpoint and the model as it then is are written.</summary>
    /// <returns>Whether the last step was reached.</returns>
    /// <exception cref="PlaygroundException">The loss became NaN or infinite; the last good checkpoint stays.</exception>
    public bool Run(Action<TrainingProgress>? onStep = null, CancellationToken ct = default)
    {
        var clock = Stopwatch.StartNew();
        var begun = Step;
        var smoothed = double.NaN;
        _network.train();
        while (Step < _options.Steps && !ct.IsCancellationRequested)
        {
            var rate = _options.LearningRateAt(Step);
            var (loss, norm) = Once(rate);
            Step++;
            smoothed = double.IsNaN(smoothed) ? loss : smoothed + (loss - smoothed) * Math.Max(0.01, 1.0 / (Step - begun));
            var seconds = clock.Elapsed.TotalSeconds;
            var pace = (Step - begun) / seconds;
            onStep?.Invoke(new TrainingProgress(Step, _options.Steps, loss, smoothed, rate, norm, pace * _options.BatchSize, _secondsBefore + seconds, (_options.Steps - Step) / pace));
            if (Step % _options.CheckpointEvery == 0 && Step < _options.Steps) Save(clock);
        }
        if (Step == begun) return Step >= _options.Steps;
        Save(clock);
        SaveModel(_folder, new Dictionary<string, string>
        {
            ["data"] = _data.Name.Split('/')[^1],
            ["steps"] = Step.ToString(CultureInfo.InvariantCulture),
            ["batch"] = _options.BatchSize.ToString(CultureInfo.InvariantCulture),
            ["learning_rate"] = _options.LearningRate.ToString(CultureInfo.InvariantCulture),
            ["ema"] = _options.Ema.ToString(CultureInfo.InvariantCulture),
            ["seed"] = _options.Seed.ToString(CultureInfo.InvariantCulture),
            ["precision"] = _options.Precision,
            ["final_loss"] = smoothed.ToString("0.00000", CultureInfo.InvariantCulture),
            ["seconds"] = (_secondsBefore + clock.Elapsed.TotalSeconds).ToString("0", CultureInfo.InvariantCulture),
        });
        return Step >= _options.Steps;
    }

    /// <summary>Writes the model as it is now, its averaged weights where there are any, in diffusers' layout.</summary>
    public void SaveModel(string folder, IReadOnlyDictionary<string, string>? training = null)
    {
        var weights = _average?.State.ToDictionary(s => s.Name, s => s.Value) ?? _network.state_dict();
        ModelFolder.Save(folder, weights, _network.Config, _scheduler, new ModelManifest { Classes = _data.Classes is { } n && _network.Config.NumClassEmbeds is not null ? n : null, Training = training });
    }

    private (double Loss, double Norm) Once(double rate)
    {
        using var scope = NewDisposeScope();
        var (pictures, labels) = _batches.At(Step);
        var n = _options.BatchSize;
        var t = randint(0, _scheduler.NumTrainTimesteps, [n], generator: _random).to(_device);
        var eps = randn(pictures.shape, generator: _random).to(_device);
        // Labels are dropped from the same stream, conditional or not.
        var dropped = rand([n], generator: _random).lt(_options.LabelDropout);
        var given = _network.Config.NumClassEmbeds is null ? null
            : (_nullClass is { } none ? where(dropped, full([n], none, ScalarType.Int64), labels) : labels).to(_device);

        // x_t = √ᾱ_t·x₀ + √(1−ᾱ_t)·ε (eq. 4); the loss is ‖ε − ε_θ(x_t, t)‖² (eq. 14)
        var xt = _signal.index_select(0, t).reshape(n, 1, 1, 1) * pictures.to(_device) + _noise.index_select(0, t).reshape(n, 1, 1, 1) * eps;
        Tensor loss;
        using (Precision.Enter(_options.Precision, _device))
        {
            loss = nn.functional.mse_loss(_network.call(xt, t, given), eps);
        }
        _network.zero_grad();
        loss.backward();

        using var guard = no_grad();
        var value = loss.item<float>();
        var norm = GradientNorm();
        if (!double.IsFinite(value) || !double.IsFinite(norm))
            throw new PlaygroundException($"The loss became {value} (gradient norm {norm}) at step {Step + 1}. The last checkpoint is kept; resume it with a lower learning rate than {rate:g3}, or in f32.");
        _optimizer.Step(rate, norm > _options.ClipNorm ? _options.ClipNorm / (norm + 1e-6) : 1);
        _average?.Update();
        return (value, norm);
    }

    private double GradientNorm()
    {
        var norms = _network.parameters().Select(p => p.grad).OfType<Tensor>().Select(g => g.norm()).ToList();
        return stack(norms).norm().item<float>();
    }

    private IEnumerable<(string Name, Tensor Value)> Tensors() =>
        _network.named_parameters().Select(p => ($"model.{p.name}", (Tensor)p.parameter))
            .Concat(_optimizer.State.Select(s => ($"optimizer.{s.Name}", s.Value)))
            .Concat(_average?.State.Select(s => ($"ema.{s.Name}", s.Value)) ?? []);

    private void Save(Stopwatch clock)
    {
        using var scope = NewDisposeScope();
        var tensors = Tensors().ToDictionary(t => t.Name, t => t.Value);
        tensors["random"] = _random.get_state();
        TrainingCheckpoint.Save(_folder, new TrainingState
        {
            Step = Step,
            OptimizerCount = _optimizer.Count,
            EmaCount = _average?.Count ?? 0,
            Seconds = _secondsBefore + clock.Elapsed.TotalSeconds,
            Seed = _options.Seed,
            BatchSize = _options.BatchSize,
            Data = _data.Name.Split('/')[^1],
        }, tensors);
    }

    private static void Fit(IPictureDataset data, UNet2DConfig config)
    {
        if (data.Channels != config.InChannels || config.InChannels != config.OutChannels)
            throw new PlaygroundException($"The data has {data.Channels} channels, and the model's in_channels and out_channels are {config.InChannels} and {config.OutChannels}; make them equal.");
        if (data.Height != config.SampleSize || data.Width != config.SampleSize)
            throw new PlaygroundException($"The pictures are {data.Width}×{data.Height}, and the model's sample_size is {config.SampleSize}; make them equal.");
        if (config.NumClassEmbeds is { } rows && (data.Classes is not { } classes || rows < classes || rows > classes + 1))
            throw new PlaygroundException($"num_class_embeds is {rows}, and the data has {data.Classes?.ToString(CultureInfo.InvariantCulture) ?? "no"} classes; it must be the number of classes, or one more for \"no class\".");
    }

    public void Dispose()
    {
        _network.Dispose();
        _optimizer.Dispose();
        _average?.Dispose();
        _random.Dispose();
        _signal.Dispose();
        _noise.Dispose();
    }
}
