using System.Diagnostics;
using System.Globalization;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>What an autoencoder is trained for, beside the images.</summary>
/// <param name="KlWeight">Weight of the latents' divergence from N(0, I), per pixel value, 0 or more (Rombach et al. 2022, appendix
/// G).</param>
/// <param name="EdgeWeight">Weight of the error of the differences between neighboring pixels, which keeps edges sharp, 0 or more.</param>
public sealed record AutoencoderObjective(double KlWeight = 1e-6, double EdgeWeight = 1)
{
    /// <exception cref="PlaygroundException">A value is out of its range.</exception>
    public void Validate()
    {
        foreach (var (name, value) in new[] { ("kl-weight", KlWeight), ("edge-weight", EdgeWeight) })
            if (!(value >= 0 && double.IsFinite(value)))
                throw new PlaygroundException(FormattableString.Invariant($"{name} is {value}; it must be 0 or more."));
    }
}

/// <summary>
/// Trains an <see cref="AutoencoderKL"/> on images: mean squared and mean absolute error, the same of neighboring pixels' differences, and
/// the divergence of the latents. A run that is stopped and resumed equals one that was not. Use it on one thread.
/// </summary>
public sealed class AutoencoderTrainer : ITrainer
{
    private const int LatentSamples = 1024, EncodedAtOnce = 32;

    private readonly AutoencoderKLConfig _config;
    private readonly AutoencoderObjective _objective;
    private TrainingOptions _options;
    private readonly PictureExamples _data;
    private readonly AutoencoderKL _network;
    private readonly AdamW _optimizer;
    private readonly WeightAverage? _average;
    private readonly Generator _random;
    private readonly BatchSource _batches;
    private readonly Device _device;
    private readonly string _folder;
    private readonly RunFolder _runFolder;
    private readonly RecentPace _recent = new();
    private RunningMean _running = new();
    private double _seconds;
    private (long Step, double Seconds) _before;

    /// <param name="data">Images of the autoencoder's channels, with sides that are multiples of its factor.</param>
    /// <param name="config">Checked here; its scaling factor is measured at the end.</param>
    /// <param name="options">Steps, batch, rate, average, seed and precision; what concerns noise is not used.</param>
    /// <param name="objective">Checked here.</param>
    /// <param name="folder">Where checkpoints and the finished autoencoder go.</param>
    /// <exception cref="PlaygroundException">The options, the network and the data do not fit each other.</exception>
    public AutoencoderTrainer(IPictureDataset data, AutoencoderKLConfig config, TrainingOptions options, AutoencoderObjective objective,
        string folder)
    {
        options.Validate();
        objective.Validate();
        config.Validate();
        if (data.Channels != config.InChannels)
            throw new PlaygroundException($"The images have {data.Channels} channels, and the autoencoder's in_channels is "
                + $"{config.InChannels}; make them equal.");
        if (data.Height % config.Factor != 0 || data.Width % config.Factor != 0)
            throw new PlaygroundException(
                $"The images are {data.Width}×{data.Height}; the autoencoder takes multiples of {config.Factor}.");
        (_config, _options, _objective, _folder, _data) = (config, options, objective, folder, new PictureExamples(data));
        _runFolder = new RunFolder(folder, _data);
        _device = TorchEngine.DefaultDevice;
        _random = new Generator(options.Seed);
        using var scope = NewDisposeScope();
        _network = new AutoencoderKL(config, _random);
        if (_device.type != DeviceType.CPU) _network.to(_device);
        _optimizer = new AdamW(_network.named_parameters());
        if (options.Ema > 0) _average = new WeightAverage(_network.named_parameters(), options);
        _batches = new BatchSource(_data, options.BatchSize, options.Seed);
        _network.train();
    }

    /// <summary>Steps done so far.</summary>
    public long Step { get; private set; }

    /// <inheritdoc cref="TrainingLoop.Steps"/>
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

    /// <inheritdoc/>
    public string? Note => null;

    /// <inheritdoc/>
    public long AllParameters => _network.ParameterCount;

    /// <inheritdoc/>
    public long TrainedParameters => _network.ParameterCount;

    /// <summary>Continues from the newest checkpoint.</summary>
    /// <exception cref="PlaygroundException">There is none, or it is of another training.</exception>
    public void Resume()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (checkpoint, state, tensors) = _runFolder.Open(Recipe());
        foreach (var (name, value) in Tensors())
        {
            if (!tensors.TryGetValue(name, out var stored) || !stored.shape.SequenceEqual(value.shape))
                throw new PlaygroundException($"The checkpoint '{checkpoint}' does not fit this autoencoder: '{name}' is missing or of "
                    + "another shape.");
            value.copy_(stored);
        }
        _random.set_state(tensors["random"]);
        (_optimizer.Count, Step, _seconds) = (state.OptimizerCount, state.Step, state.Seconds);
        _running = state.Running.FirstOrDefault() ?? new();
        _before = (Step, _seconds);
        if (_average is not null) _average.Count = state.EmaCount;
        _runFolder.Adopt(state);
    }

    /// <summary>
    /// Trains to the last step, or until cancelled; either way a checkpoint and the autoencoder as it then is are written.
    /// </summary>
    /// <returns>Whether the last step was reached.</returns>
    /// <exception cref="PlaygroundException">The folder holds checkpoints of another run, which this one does not resume.</exception>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the last good checkpoint stays.</exception>
    public bool Run(Action<TrainingProgress>? onStep = null, CancellationToken ct = default)
    {
        _runFolder.RequireAlone();
        var begun = Step;
        while (Step < _options.Steps && !ct.IsCancellationRequested)
        {
            // A step is taken whether anybody listens or not.
            var progress = Advance();
            onStep?.Invoke(progress);
            if (Step % _options.CheckpointEvery == 0 && Step < _options.Steps) SaveCheckpoint();
        }
        if (Step > begun) SaveCheckpoint();
        if (Step > begun || !File.Exists(Path.Combine(_folder, "config.json"))) SaveModel(_folder);
        return Step >= _options.Steps;
    }

    /// <summary>One step. Writes nothing.</summary>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the weights are those from before the step.</exception>
    public TrainingProgress Advance()
    {
        var clock = Stopwatch.GetTimestamp();
        var rate = _options.LearningRateAt(Step);
        var (loss, norm) = Once(rate);
        Step++;
        _recent.Add(Stopwatch.GetElapsedTime(clock));
        _running.Add(loss);
        _seconds += Stopwatch.GetElapsedTime(clock).TotalSeconds;
        var pace = (Step - _before.Step) / (_seconds - _before.Seconds);
        return new TrainingProgress(Step, _options.Steps, loss, _running.Value ?? loss, rate, norm,
            _recent.StepsPerSecond * _options.BatchSize, _seconds, (_options.Steps - Step) / pace);
    }

    /// <summary>Writes the autoencoder as it is, its averaged weights where there are any, as diffusers does: config and weights.</summary>
    /// <param name="folder">Created where it is missing.</param>
    /// <param name="lineage">What is known of the data; null: nothing.</param>
    public void SaveModel(string folder, ModelLineage? lineage = null)
    {
        using var loan = _average?.Lend();
        using var scope = NewDisposeScope();
        Directory.CreateDirectory(folder);
        SafetensorsFile.Write(Path.Combine(folder, ModelFiles.WeightsName),
            _network.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter));
        Json.Write(Path.Combine(folder, "config.json"), _config with { ScalingFactor = 1 / Spread(), SampleSize = (int)_data.Shape[1] });
        if (lineage is not null)
            Json.Write(Path.Combine(folder, "playground.json"), new ModelManifest { Lineage = lineage with { Step = Step } });
    }

    /// <summary>Begins to encode and decode images of the data: half of the count, each beside what becomes of it.</summary>
    public ITrainingPreview Preview(SamplingRequest request)
        => new ReconstructionPreview(_network, _data, request.Count, _average?.Lend());

    /// <inheritdoc/>
    public void SaveCheckpoint()
    {
        _runFolder.RequireAlone();
        using var scope = NewDisposeScope();
        var tensors = Tensors().ToDictionary(t => t.Name, t => t.Value);
        tensors["random"] = _random.get_state();
        TrainingCheckpoint.Save(_folder, _runFolder.Sign(new()
        {
            Step = Step,
            OptimizerCount = _optimizer.Count,
            EmaCount = _average?.Count ?? 0,
            Seconds = _seconds,
            Seed = _options.Seed,
            BatchSize = _options.BatchSize,
            Data = _data.Name.Split('/')[^1],
            Running = [_running],
            Recipe = Recipe(),
        }), tensors);
    }

    private (double Loss, double Norm) Once(double rate)
    {
        using var scope = NewDisposeScope();
        var images = _batches.At(Step).X0.to(_device);
        if (_options.Flip) images = where(rand([images.shape[0], 1, 1, 1], generator: _random).lt(0.5).to(_device), images.flip(3), images);
        var factor = _config.Factor;
        var drawn = randn([images.shape[0], _config.LatentChannels, images.shape[2] / factor, images.shape[3] / factor],
            generator: _random).to(_device);
        foreach (var parameter in _network.parameters()) parameter.grad = null;
        Tensor loss;
        using (Precision.Enter(_options.Precision))
        {
            var (mean, logVariance) = _network.Encode(images);
            var decoded = _network.Decode(mean + (logVariance * 0.5).exp() * drawn);
            var divergence = 0.5 * (mean.square() + logVariance.exp() - 1 - logVariance).sum() / images.numel();
            loss = Error(decoded - images) + _objective.KlWeight * divergence;
            if (_objective.EdgeWeight > 0)
                loss = loss + _objective.EdgeWeight
                    * (Error(Along(decoded, 2) - Along(images, 2)) + Error(Along(decoded, 3) - Along(images, 3)));
        }
        CustomGradient.Backward(loss);
        using var guard = no_grad();
        var value = loss.detach().cpu().item<float>();
        var norm = (double)stack([.. _network.parameters().Select(p => p.grad).OfType<Tensor>().Select(g => g.norm())]).norm()
            .item<float>();
        if (!float.IsFinite(value) || !double.IsFinite(norm))
            throw new DivergedException(Step + 1, value,
                string.Create(CultureInfo.InvariantCulture, $"The loss became {value} (gradient norm {norm}) "
                + $"at step {Step + 1}. The last checkpoint is kept; resume it with a lower learning rate than {rate:g3}, or in f32."));
        _optimizer.Step(rate, _options.ClipNorm > 0 && norm > _options.ClipNorm ? _options.ClipNorm / (norm + 1e-6) : 1);
        _average?.Update();
        return (value, norm);
    }

    private static Tensor Error(Tensor difference) => difference.square().mean() + difference.abs().mean();

    // Differences of neighbors.
    private static Tensor Along(Tensor x, long dimension)
        => x.narrow(dimension, 1, x.shape[dimension] - 1) - x.narrow(dimension, 0, x.shape[dimension] - 1);

    // Standard deviation of the latents of some images.
    private double Spread()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        _network.eval();
        var count = Math.Min(LatentSamples, _data.Count);
        var (sum, squares, n) = (0.0, 0.0, 0L);
        for (var from = 0; from < count; from += EncodedAtOnce)
        {
            using var part = NewDisposeScope();
            // Spread over all of the data.
            int[] indices = [.. Enumerable.Range(from, Math.Min(EncodedAtOnce, count - from))
                .Select(i => (int)((long)i * _data.Count / count))];
            var latents = _network.Encode(_data.Read(indices).X0.to(_device)).Mean.to(ScalarType.Float64);
            (sum, squares, n) = (sum + latents.sum().item<double>(), squares + latents.square().sum().item<double>(), n + latents.numel());
        }
        _network.train();
        return Math.Sqrt(Math.Max(squares / n - sum / n * (sum / n), 1e-12));
    }

    private Dictionary<string, string> Recipe() => new()
    {
        ["kind"] = "autoencoder",
        ["kl-weight"] = _objective.KlWeight.ToString(CultureInfo.InvariantCulture),
        ["edge-weight"] = _objective.EdgeWeight.ToString(CultureInfo.InvariantCulture),
        ["seed"] = _options.Seed.ToString(CultureInfo.InvariantCulture),
        ["batch"] = _options.BatchSize.ToString(CultureInfo.InvariantCulture),
    };

    private IEnumerable<(string Name, Tensor Value)> Tensors() =>
        _network.named_parameters().Select(t => ($"model.{t.name}", (Tensor)t.parameter))
            .Concat(_optimizer.State.Select(s => ($"optimizer.{s.Name}", s.Value)))
            .Concat(_average?.State.Select(s => ($"ema.{s.Name}", s.Value)) ?? []);

    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
        _random.Dispose();
        _network.Dispose();
    }
}
