using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// Trains a network on points, (x_t [N, D], t [N] int64, class labels [N] int64 or null) → prediction [N, D], and writes
/// <c>weights.safetensors</c> and <c>scheduler_config.json</c>. Use it on one thread.
/// </summary>
public sealed class PointTrainer : IDisposable
{
    private readonly nn.Module<Tensor, Tensor, Tensor?, Tensor> _network;
    private readonly TrainingOptions _options;
    private readonly TrainingLoop _loop;
    private readonly string _folder;

    /// <param name="network">Its weights are drawn anew from the seed. It stays the caller's to dispose.</param>
    /// <param name="data">The points.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="folder">Where checkpoints and the finished weights go.</param>
    /// <param name="classRows">See <see cref="TrainingLoop"/>.</param>
    /// <exception cref="PlaygroundException">The options, the network and the data do not fit each other.</exception>
    public PointTrainer(nn.Module<Tensor, Tensor, Tensor?, Tensor> network, PointExamples data, TrainingOptions options, string folder,
        int? classRows = null)
    {
        (_network, _options, _folder) = (network, options, folder);
        _loop = new TrainingLoop(network, data, options, folder, classRows);
    }

    /// <summary>Steps done so far.</summary>
    public long Step => _loop.Step;

    /// <inheritdoc cref="TrainingLoop.Resume"/>
    public void Resume() => _loop.Resume();

    /// <summary>
    /// Trains to the last step, or until cancelled; either way a checkpoint and the weights as they then are, averaged where they are
    /// averaged, are written.
    /// </summary>
    /// <returns>Whether the last step was reached.</returns>
    /// <exception cref="PlaygroundException">The loss became NaN or infinite; the last good checkpoint stays.</exception>
    public bool Run(Action<TrainingProgress>? onStep = null, CancellationToken ct = default)
    {
        var begun = Step;
        var finished = _loop.Run(onStep, ct);
        if (Step == begun) return finished;
        SafetensorsFile.Write(Path.Combine(_folder, "weights.safetensors"), _loop.Weights);
        Json.Write(Path.Combine(_folder, "scheduler_config.json"), _options.ToSchedulerConfig());
        return finished;
    }

    /// <summary>
    /// Puts the averaged weights, where there are any, into the network, to sample with; training on from there would start from them.
    /// </summary>
    public void UseAveragedWeights()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var weights = _loop.Weights;
        foreach (var (name, parameter) in _network.named_parameters()) parameter.copy_(weights[name]);
    }

    public void Dispose() => _loop.Dispose();
}
