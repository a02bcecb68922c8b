using System.Diagnostics;
using System.Globalization;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Engine;
using Playground.Core.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// Trains any network (x_t [N, …], t [N] int64, class labels [N] int64 or null) → prediction [N, …] on any examples (Ho et al. 2020,
/// algorithm 1). A run that is stopped and resumed equals, bit for bit, one that was not: weights, moments, averages, counters and the
/// random stream are all in the checkpoint. Use it on one thread. <see cref="Trainer"/> is this with a U-Net and pictures,
/// <see cref="PointTrainer"/> with points.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private readonly nn.Module<Tensor, Tensor, Tensor?, Tensor> _network;
    private readonly IExamples _data;
    private readonly TrainingOptions _options;
    private readonly string _folder;
    private readonly bool _conditional;
    private readonly int? _nullClass;
    private readonly TrainingObjective _objective;
    private readonly HeldOutLoss? _heldOut;
    private readonly AdamW _optimizer;
    private readonly WeightAverage? _average;
    private readonly Generator _random;
    private readonly BatchSource _batches;
    private readonly Device _device;
    private RunningLoss _running;
    private double? _validationLoss;
    private double _secondsBefore;

    /// <param name="network">Its weights are drawn anew from the seed. It stays the caller's to dispose.</param>
    /// <param name="data">x₀ and labels.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="folder">Where checkpoints go.</param>
    /// <param name="classRows">
    /// Classes that the network takes: as many as the data's, or one more, the last of which then stands for "no class"; null: the network
    /// is given no labels.
    /// </param>
    /// <exception cref="PlaygroundException">The options, the network and the data do not fit each other.</exception>
    public TrainingLoop(nn.Module<Tensor, Tensor, Tensor?, Tensor> network, IExamples data, TrainingOptions options, string folder, int? classRows = null)
    {
        options.Validate();
        Fit(data, options, classRows);
        (_network, _data, _options, _folder, _conditional) = (network, data, options, folder, classRows is not null);
        _nullClass = classRows > data.Classes ? classRows - 1 : null;
        _device = TorchEngine.DefaultDevice;
        _objective = new TrainingObjective(options, NoiseSchedule.FromConfig(options.ToSchedulerConfig()), _device);
        _running = new RunningLoss(options.Timesteps);
        _random = new Generator(options.Seed);
        InitialWeights.Draw(_network, _random);
        if (_device.type != DeviceType.CPU) _network.to(_device);
        _optimizer = new AdamW(_network.named_parameters());
        if (options.Ema > 0) _average = new WeightAverage(_network.named_parameters(), options);
        if (options.Validation > 0)
        {
            (data, var heldOut) = ExampleSubset.Split(data, options.Validation, options.Seed);
            _heldOut = new HeldOutLoss(heldOut, options, _objective, _conditional, _device);
        }
        _batches = new BatchSource(data, options.ExamplesPerStep, options.Seed);
    }

    /// <summary>Steps done so far.</summary>
    public long Step { get; private set; }

    /// <summary>The weights by name: the averaged ones where there are any. They stay the loop's.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights => _average?.State.ToDictionary(s => s.Name, s => s.Value) ?? _network.state_dict();

    /// <summary>Continues from the newest checkpoint.</summary>
    /// <exception cref="PlaygroundException">There is none, or it is of another training.</exception>
    public void Resume()
    {
        var checkpoint = TrainingCheckpoint.Latest(_folder) ?? throw new PlaygroundException($"'{_folder}' holds no checkpoint to resume; leave --resume out to start anew.");
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (state, tensors) = TrainingCheckpoint.Load(checkpoint);
        Compare(state);
        var targets = Tensors().ToList();
        var faults = targets.Where(t => !tensors.TryGetValue(t.Name, out var v) || !v.shape.SequenceEqual(t.Value.shape)).Select(t => t.Name).ToList();
        if (faults.Count > 0) throw new PlaygroundException($"The checkpoint '{checkpoint}' does not fit this model or EMA setting: {string.Join(", ", faults.Take(10))} missing or of another shape.");

        foreach (var (name, value) in targets) value.copy_(tensors[name]);
        _random.set_state(tensors["random"]);
        (_optimizer.Count, Step, _secondsBefore, _validationLoss) = (state.OptimizerCount, state.Step, state.Seconds, state.ValidationLoss);
        if (_average is not null) _average.Count = state.EmaCount;
    }

    /// <summary>Trains to the last step, or until cancelled; either way a checkpoint is written.</summary>
    /// <returns>Whether the last step was reached.</returns>
    /// <exception cref="PlaygroundException">The loss became NaN or infinite; the last good checkpoint stays.</exception>
    public bool Run(Action<TrainingProgress>? onStep = null, CancellationToken ct = default)
    {
        var clock = Stopwatch.StartNew();
        var begun = Step;
        _running = new RunningLoss(_options.Timesteps);
        _network.train();
        while (Step < _options.Steps && !ct.IsCancellationRequested)
        {
            var rate = _options.LearningRateAt(Step);
            var (loss, norm) = Once(rate);
            Step++;
            if (Step % _options.ValidateEvery == 0 || Step == _options.Steps) Validate();
            var seconds = clock.Elapsed.TotalSeconds;
            var pace = (Step - begun) / seconds;
            onStep?.Invoke(new TrainingProgress(Step, _options.Steps, loss, _running.Value, rate, norm, pace * _options.ExamplesPerStep, _secondsBefore + seconds, (_options.Steps - Step) / pace)
            {
                LossByQuarter = _running.ByQuarter,
                ValidationLoss = _validationLoss,
            });
            if (Step % _options.CheckpointEvery == 0 && Step < _options.Steps) Save(_secondsBefore + clock.Elapsed.TotalSeconds);
        }
        if (Step > begun) Save(_secondsBefore += clock.Elapsed.TotalSeconds);
        return Step >= _options.Steps;
    }

    /// <summary>How the weights came about, for the model's card.</summary>
    public IReadOnlyDictionary<string, string> Record()
    {
        var record = new Dictionary<string, string>
        {
            ["data"] = _data.Name.Split('/')[^1],
            ["steps"] = Text(Step),
            ["learning_rate"] = Text(_options.LearningRate),
            ["loss"] = _options.Loss,
            ["weighting"] = _options.Weighting,
            ["ema"] = Text(_options.Ema),
            ["precision"] = _options.Precision,
            ["final_loss"] = _running.Value.ToString("0.00000", CultureInfo.InvariantCulture),
            ["seconds"] = _secondsBefore.ToString("0", CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in Recipe()) record[name] = value;
        if (_validationLoss is { } validation) record["validation_loss"] = validation.ToString("0.00000", CultureInfo.InvariantCulture);
        return record;
    }

    private (double Loss, double Norm) Once(double rate)
    {
        using var scope = NewDisposeScope();
        var (batch, timesteps) = Draw();
        _network.zero_grad();
        var losses = new List<Tensor>();
        for (var pass = 0; pass < _options.Accumulate; pass++)
        {
            using var forward = NewDisposeScope();
            var each = _objective.Losses(_network, batch.Part((long)pass * _options.BatchSize, _options.BatchSize));
            (each.sum() / (double)_options.ExamplesPerStep).backward();
            losses.Add(each.detach().MoveToOuterDisposeScope());
        }

        using var guard = no_grad();
        var values = cat(losses).cpu().data<float>().ToArray();
        var norm = GradientNorm();
        if (!double.IsFinite(norm) || !values.All(float.IsFinite))
            throw new PlaygroundException($"The loss became {values.Average()} (gradient norm {norm}) at step {Step + 1}. The last checkpoint is kept; resume it with a lower learning rate than {rate:g3}, or in f32.");
        _optimizer.Step(rate, _options.ClipNorm > 0 && norm > _options.ClipNorm ? _options.ClipNorm / (norm + 1e-6) : 1);
        _average?.Update();
        return (_running.Add(values, timesteps), norm);
    }

    // All of a step's random numbers at once, so that N passes of B see what one pass of N·B would.
    private (NoisyBatch Batch, long[] Timesteps) Draw()
    {
        var (x0, labels) = _batches.At(Step);
        var n = _options.ExamplesPerStep;
        var t = randint(0, _options.Timesteps, [n], generator: _random);
        var eps = NoisyBatch.Noise(x0.shape, _options.OffsetNoise, _random);
        // Labels are dropped from the same stream, conditional or not.
        var dropped = rand([n], generator: _random).lt(_options.LabelDropout);
        if (_nullClass is { } none) labels = where(dropped, full([n], none, ScalarType.Int64), labels);
        if (_options.Flip) x0 = where(rand([n, 1, 1, 1], generator: _random).lt(0.5), x0.flip(3), x0);
        return (new NoisyBatch(x0.to(_device), eps.to(_device), t.to(_device), _conditional ? labels.to(_device) : null), t.data<long>().ToArray());
    }

    private void Validate()
    {
        if (_heldOut is null) return;
        using var loan = _average?.Lend();
        _validationLoss = _heldOut.Of(_network);
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

    private void Save(double seconds)
    {
        using var scope = NewDisposeScope();
        var tensors = Tensors().ToDictionary(t => t.Name, t => t.Value);
        tensors["random"] = _random.get_state();
        TrainingCheckpoint.Save(_folder, new TrainingState
        {
            Step = Step,
            OptimizerCount = _optimizer.Count,
            EmaCount = _average?.Count ?? 0,
            Seconds = seconds,
            Seed = _options.Seed,
            BatchSize = _options.BatchSize,
            Data = _data.Name.Split('/')[^1],
            ValidationLoss = _validationLoss,
            Recipe = Recipe(),
        }, tensors);
    }

    // What decides which examples are seen and what is learned from them: with another of these the run would be another.
    private Dictionary<string, string> Recipe()
    {
        var scheduler = _options.ToSchedulerConfig();
        return new Dictionary<string, string>
        {
            ["seed"] = Text(_options.Seed),
            ["batch"] = Text(_options.BatchSize),
            ["accumulate"] = Text(_options.Accumulate),
            ["prediction"] = _options.Prediction,
            ["schedule"] = _options.Schedule,
            ["timesteps"] = Text(_options.Timesteps),
            ["beta-start"] = Text(scheduler.BetaStart),
            ["beta-end"] = Text(scheduler.BetaEnd),
            ["validation"] = Text(_options.Validation),
        };
    }

    private void Compare(TrainingState state)
    {
        var before = new Dictionary<string, string>(state.Recipe) { ["seed"] = Text(state.Seed), ["batch"] = Text(state.BatchSize) };
        foreach (var (name, value) in Recipe())
            if (before.TryGetValue(name, out var was) && was != value)
                throw new PlaygroundException($"The checkpoint was made with {name} {was}, not {value}; give --{name} {was} to resume it, or another --out to start anew.");
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static void Fit(IExamples data, TrainingOptions options, int? classRows)
    {
        if (classRows is { } rows && (data.Classes is not { } classes || rows < classes || rows > classes + 1))
            throw new PlaygroundException($"num_class_embeds is {rows}, and the data has {data.Classes?.ToString(CultureInfo.InvariantCulture) ?? "no"} classes; it must be the number of classes, or one more for \"no class\".");
        if (data.Shape.Count == 3) return;
        if (options.Flip) throw new PlaygroundException("flip mirrors pictures, and the data are points; leave it out.");
        if (options.OffsetNoise > 0) throw new PlaygroundException("offset-noise shifts whole pictures, and the data are points; set it to 0.");
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
        _random.Dispose();
        _objective.Dispose();
    }
}
