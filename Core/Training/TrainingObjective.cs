using Playground.Core.Engine;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>The loss that a training lowers: of which parameterization, measured how, weighted how.</summary>
internal sealed class TrainingObjective : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly Parameterization _prediction;
    private readonly Device _device;
    private readonly Tensor _alphaBar, _alphaBarBefore;
    private readonly Tensor? _weights;

    /// <exception cref="PlaygroundException">The parameterization cannot be trained on the schedule.</exception>
    public TrainingObjective(TrainingOptions options, NoiseSchedule schedule, Device device)
    {
        (_options, _prediction, _device) = (options, Parameterizations.Parse(options.Prediction), device);
        var alphaBar = schedule.AlphasCumprod;
        if (alphaBar[0] >= 1)
            throw new PlaygroundException(
                "The schedule's first ᾱ rounds to 1, so that its timestep holds no noise to learn from; raise beta-start or lower "
                    + "timesteps.");
        if (alphaBar[^2] == 0)
            throw new PlaygroundException(
                "More than the schedule's last timestep is pure noise, where there is nothing to learn; lower beta-end or timesteps.");
        if (schedule.EndsAtZeroSnr && !_prediction.WorksAtZeroSnr())
            throw new PlaygroundException(
                $"prediction is {options.Prediction}, and the schedule ends at pure noise, from which it tells no picture; use "
                    + "v_prediction or sample with it.");
        using var scope = NewDisposeScope();
        _alphaBar = tensor(alphaBar, device: device).DetachFromDisposeScope();
        _alphaBarBefore = tensor([1f, .. alphaBar[..^1]], device: device).DetachFromDisposeScope();
        if (LossWeighting.Of(options, schedule) is { } weights) _weights = tensor(weights, device: device).DetachFromDisposeScope();
    }

    /// <summary>
    /// Each example's loss, [N]: x_t = √ᾱ·x₀ + √(1−ᾱ)·ε (Ho et al. 2020, eq. 4) goes in, and the answer is held against the target.
    /// </summary>
    public Tensor Losses(nn.Module<Tensor, Tensor, Tensor?, Tensor> network, NoisyBatch batch)
    {
        var (x0, eps, t, labels) = batch;
        long[] column = [t.shape[0], .. Enumerable.Repeat(1L, (int)x0.Dimensions - 1)];
        var alphaBar = _alphaBar.index_select(0, t).reshape(column);
        var xt = alphaBar.sqrt() * x0 + (1 - alphaBar).sqrt() * eps;
        Tensor prediction;
        using (Precision.Enter(_options.Precision)) prediction = network.call(xt, t, labels);
        var target = _prediction.Target(x0, eps, alphaBar, _alphaBarBefore.index_select(0, t).reshape(column));
        var losses = LossFunction.PerExample(_options.Loss, prediction.to(ScalarType.Float32), target, _options.HuberDelta);
        return _weights is null ? losses : losses * _weights.index_select(0, t);
    }

    public void Dispose()
    {
        _alphaBar.Dispose();
        _alphaBarBefore.Dispose();
        _weights?.Dispose();
    }
}
