using System.Diagnostics;
using System.Globalization;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Engine;
using Playground.Core.Models;
using Playground.Core.Schedules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>A loss or gradient became NaN or infinite. The step was not taken: the weights are those from before it.</summary>
/// <param name="step">The step that failed, 1-based.</param>
/// <param name="message">Says so, and what to do.</param>
public sealed class DivergedException(long step, double loss, string message) : PlaygroundException(message)
{
    public long Step => step;

    /// <summary>What it became.</summary>
    public double Loss => loss;
}

/// <summary>
/// Trains any network (x_t [N, …], t [N] int64, class labels [N] int64 or null) → prediction [N, …] on any examples (Ho et al. 2020,
/// algorithm 1). A run that is stopped and resumed equals, bit for bit, one that was not: weights, moments, averages, counters and the
/// random stream are all in the checkpoint. Use it on one thread, whole by <see cref="Run"/> or step by step by <see cref="Advance"/>.
/// <see cref="Trainer"/> is this with a U-Net and pictures, <see cref="PointTrainer"/> with points.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private readonly nn.Module<Tensor, Tensor, Tensor?, Tensor> _network;
    private readonly IReadOnlyList<(string name, Parameter parameter)> _trained;
    private readonly IExamples _data;
    private readonly string _folder, _origin;
    private readonly bool _conditional;
    private readonly int? _nullClass;
    private readonly TrainingObjective _objective;
    private readonly HeldOutLoss? _heldOut;
    private readonly AdamW _optimizer;
    private readonly WeightAverage? _average;
    private readonly Generator _random;
    private readonly BatchSource _batches;
    private readonly RunFolder _runFolder;
    private readonly Device _device;
    private readonly RecentPace _recent = new();
    private readonly Dictionary<string, string> _more = [];
    private TrainingOptions _options;
    private RunningLoss _running;
    private double? _validationLoss;
    private double _seconds;
    private (long Steps, double Seconds) _before;

    /// <param name="network">Its weights are drawn anew from the seed. It stays the caller's to dispose.</param>
    /// <param name="data">x₀ and labels.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="folder">Where checkpoints go.</param>
    /// <param name="classRows">
    /// Classes that the network takes: as many as the data's, or one more, the last of which then stands for "no class"; null: the network
    /// is given no labels.
    /// </param>
    /// <exception cref="PlaygroundException">The options, the network and the data do not fit each other.</exception>
    public TrainingLoop(nn.Module<Tensor, Tensor, Tensor?, Tensor> network, IExamples data, TrainingOptions options, string folder,
        int? classRows = null)
        : this(network, data, options, folder, classRows, null) { }

    internal TrainingLoop(nn.Module<Tensor, Tensor, Tensor?, Tensor> network, IExamples data, TrainingOptions options, string folder,
        int? classRows, TrainingStart? start)
    {
        options.Validate();
        Fit(data, options, classRows);
        (_network, _data, _options, _folder, _conditional) = (network, data, options, folder, classRows is not null);
        _runFolder = new RunFolder(folder, data);
        _origin = start?.Origin ?? TrainingStart.Scratch;
        _nullClass = classRows > data.Classes ? classRows - 1 : null;
        _device = TorchEngine.DefaultDevice;
        _objective = new TrainingObjective(options, NoiseSchedule.FromConfig(start?.Scheduler ?? options.ToSchedulerConfig()), _device);
        _running = new RunningLoss(options.Timesteps);
        _random = new Generator(options.Seed);
        _trained = [.. start?.Prepare(_random) ?? Draw(network)];
        foreach (var dropout in network.modules().OfType<Models.Dropout>()) dropout.Random = _random;
        _optimizer = new AdamW(_trained);
        if (options.Ema > 0) _average = new WeightAverage(_trained, options);
        if (options.Validation > 0)
        {
            (data, var heldOut) = ExampleSubset.Split(data, options.Validation, options.Seed);
            _heldOut = new HeldOutLoss(heldOut, options, _objective, _conditional, _device);
        }
        _batches = new BatchSource(data, options.ExamplesPerStep, options.Seed);
        _network.train();
    }

    /// <summary>Steps done so far.</summary>
    public long Step { get; private set; }

    /// <summary>Steps in all. May be changed at any time; a learning rate that follows a cosine then follows the new one.</summary>
    /// <exception cref="PlaygroundException">The value is out of its range.</exception>
    public int Steps
    {
        get => _options.Steps;
        set
        {
            var options = _options with { Steps = value };
            options.Validate();
            _options = options;
        }
    }

    /// <summary>The trained weights by name: the averaged ones where there are any. They stay the loop's.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights
        => (_average?.State ?? _trained.Select(t => (Name: t.name, Value: (Tensor)t.parameter))).ToDictionary(s => s.Name, s => s.Value);

    /// <summary>Continues from the newest checkpoint.</summary>
    /// <exception cref="PlaygroundException">There is none, or it is of another training.</exception>
    public void Resume()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (checkpoint, state, tensors) = _runFolder.Open(Recipe());
        var targets = Tensors().ToList();
        var faults = targets.Where(t => !tensors.TryGetValue(t.Name, out var v) || !v.shape.SequenceEqual(t.Value.shape))
            .Select(t => t.Name).ToList();
        if (faults.Count > 0)
            throw new PlaygroundException(
                $"The checkpoint '{checkpoint}' does not fit this model or EMA setting: {string.Join(", ", faults.Take(10))} missing or of "
                    + "another shape.");

        foreach (var (name, value) in targets) value.copy_(tensors[name]);
        _random.set_state(tensors["random"]);
        (_optimizer.Count, Step, _seconds, _validationLoss) = (state.OptimizerCount, state.Step, state.Seconds, state.ValidationLoss);
        _running = new RunningLoss(_options.Timesteps) { State = state.Running };
        _before = (Step, _seconds);
        if (_average is not null) _average.Count = state.EmaCount;
        _runFolder.Adopt(state);
    }

    /// <summary>Trains to the last step, or until cancelled; either way a checkpoint is written.</summary>
    /// <returns>Whether the last step was reached.</returns>
    /// <exception cref="PlaygroundException">The folder holds checkpoints of another run, which this one does not resume.</exception>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the last good checkpoint stays.</exception>
    /// <exception cref="StorageException">A checkpoint cannot be written; those before it stay.</exception>
    public bool Run(Action<TrainingProgress>? onStep = null, CancellationToken ct = default)
    {
        _runFolder.RequireAlone();
        var begun = Step;
        while (Step < Steps && !ct.IsCancellationRequested)
        {
            var progress = Advance();
            onStep?.Invoke(progress);
            if (Step % _options.CheckpointEvery == 0 && Step < Steps) SaveCheckpoint();
        }
        if (Step > begun) SaveCheckpoint();
        return Step >= Steps;
    }

    /// <summary>One step, and the held-out loss where it is due. Writes nothing.</summary>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the weights are those from before the step.</exception>
    public TrainingProgress Advance()
    {
        var clock = Stopwatch.GetTimestamp();
        var rate = _options.LearningRateAt(Step);
        var (loss, norm) = Once(rate);
        Step++;
        _recent.Add(Stopwatch.GetElapsedTime(clock));
        var measured = _heldOut is not null && (Step % _options.ValidateEvery == 0 || Step == Steps);
        if (measured) Measure();
        _seconds += Stopwatch.GetElapsedTime(clock).TotalSeconds;
        var pace = (Step - _before.Steps) / (_seconds - _before.Seconds);
        return new TrainingProgress(Step, Steps, loss, _running.Value, rate, norm,
            _recent.StepsPerSecond * _options.ExamplesPerStep, _seconds,
            (Steps - Step) / pace)
        {
            LossByQuarter = _running.ByQuarter,
            ValidationLoss = _validationLoss,
            WasValidated = measured,
        };
    }

    /// <summary>Writes a checkpoint of the present step; of the older ones, the newest stays.</summary>
    /// <exception cref="StorageException">It cannot be written; those before it stay.</exception>
    public void SaveCheckpoint()
    {
        _runFolder.RequireAlone();
        var clock = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        var tensors = Tensors().ToDictionary(t => t.Name, t => t.Value);
        tensors["random"] = _random.get_state();
        TrainingCheckpoint.Save(_folder, State(), tensors);
        _seconds += Stopwatch.GetElapsedTime(clock).TotalSeconds;
    }

    /// <summary>How the weights came about, for the model's card.</summary>
    public IReadOnlyDictionary<string, string> Record() => TrainingRecipe.Record(_options, State());

    /// <summary>Puts the averaged weights, where there are any, into the network, in evaluation mode, until disposed.</summary>
    internal IDisposable LendAverage() => new Evaluating(_network, _average?.Lend());

    /// <summary>Makes something that comes before the first step part of the recipe: a run of another is another.</summary>
    internal void Note(string name, string value) => _more[name] = value;

    /// <summary>Takes the weights as they now are for the average's beginning, where something else than this has trained them.</summary>
    internal void RestartAverage() => _average?.Restart();

    private IEnumerable<(string name, Parameter parameter)> Draw(nn.Module<Tensor, Tensor, Tensor?, Tensor> network)
    {
        InitialWeights.Draw(network, _random);
        if (_device.type != DeviceType.CPU) network.to(_device);
        return network.named_parameters();
    }

    private (double Loss, double Norm) Once(double rate)
    {
        using var scope = NewDisposeScope();
        var (batch, timesteps) = Draw();
        foreach (var (_, parameter) in _trained) parameter.grad = null;
        var losses = new List<Tensor>();
        for (var pass = 0; pass < _options.Accumulate; pass++)
        {
            using var forward = NewDisposeScope();
            var each = _objective.Losses(_network, batch.Part((long)pass * _options.BatchSize, _options.BatchSize));
            CustomGradient.Backward(each.sum() / (double)_options.ExamplesPerStep);
            losses.Add(each.detach().MoveToOuterDisposeScope());
        }

        using var guard = no_grad();
        var values = cat(losses).cpu().data<float>().ToArray();
        var norm = GradientNorm();
        if (!double.IsFinite(norm) || !values.All(float.IsFinite))
            throw new DivergedException(Step + 1, values.Average(),
                string.Create(CultureInfo.InvariantCulture,
                    $"The loss became {values.Average()} (gradient norm {norm}) at step {Step + 1}. The last checkpoint is kept; resume it "
                        + $"with a lower learning rate than {rate:g3}, or in f32."));
        _optimizer.Step(rate, _options.ClipNorm > 0 && norm > _options.ClipNorm ? _options.ClipNorm / (norm + 1e-6) : 1);
        _average?.Update();
        return (_running.Add(values, timesteps), norm);
    }

    // All of a step's random numbers but dropout's at once, so that N passes of B see what one pass of N·B would.
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
        return (new NoisyBatch(x0.to(_device), eps.to(_device), t.to(_device), _conditional ? labels.to(_device) : null),
            t.data<long>().ToArray());
    }

    private void Measure()
    {
        using var loan = _average?.Lend();
        _validationLoss = _heldOut!.Of(_network);
    }

    private double GradientNorm()
    {
        var norms = _trained.Select(t => t.parameter.grad).OfType<Tensor>().Select(g => g.norm()).ToList();
        return stack(norms).norm().item<float>();
    }

    private IEnumerable<(string Name, Tensor Value)> Tensors() =>
        _trained.Select(t => ($"model.{t.name}", (Tensor)t.parameter))
            .Concat(_optimizer.State.Select(s => ($"optimizer.{s.Name}", s.Value)))
            .Concat(_average?.State.Select(s => ($"ema.{s.Name}", s.Value)) ?? []);

    private Dictionary<string, string> Recipe()
    {
        var recipe = TrainingRecipe.Of(_options, _origin);
        foreach (var (name, value) in _more) recipe[name] = value;
        return recipe;
    }

    private TrainingState State() => _runFolder.Sign(new()
    {
        Step = Step,
        OptimizerCount = _optimizer.Count,
        EmaCount = _average?.Count ?? 0,
        Seconds = _seconds,
        Seed = _options.Seed,
        BatchSize = _options.BatchSize,
        Data = _data.Name.Split('/')[^1],
        ValidationLoss = _validationLoss,
        Running = _running.State,
        Recipe = Recipe(),
    });

    private static void Fit(IExamples data, TrainingOptions options, int? classRows)
    {
        if (classRows is { } rows && (data.Classes is not { } classes || rows < classes || rows > classes + 1))
            throw new PlaygroundException($"num_class_embeds is {rows}, and the data "
                + $"has {data.Classes?.ToString(CultureInfo.InvariantCulture) ?? "no"} classes; it must be the number of classes, or one "
                + "more for \"no class\".");
        if (data.Shape.Count == 3) return;
        if (options.Flip) throw new PlaygroundException("flip mirrors pictures, and the data are points; leave it out.");
        if (options.OffsetNoise > 0)
            throw new PlaygroundException("offset-noise shifts whole pictures, and the data are points; set it to 0.");
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
        _random.Dispose();
        _objective.Dispose();
    }

    private sealed class Evaluating : IDisposable
    {
        private readonly nn.Module _network;
        private readonly IDisposable? _loan;

        public Evaluating(nn.Module network, IDisposable? loan)
        {
            (_network, _loan) = (network, loan);
            network.eval();
        }

        public void Dispose()
        {
            _loan?.Dispose();
            _network.train();
        }
    }
}
