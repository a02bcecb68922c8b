using Playground.Core.Data;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// The objective on examples that are not trained on, always the same ones, with the same noise, at timesteps spread evenly over the
/// schedule, so that two values differ by what was learned alone.
/// </summary>
internal sealed class HeldOutLoss(IExamples examples, TrainingOptions options, TrainingObjective objective, bool conditional, Device device)
{
    private readonly int _count = Math.Min(examples.Count, options.ValidationExamples);

    /// <summary>The mean loss of the network with the weights that it has now.</summary>
    public double Of(nn.Module<Tensor, Tensor, Tensor?, Tensor> network)
    {
        using var guard = no_grad();
        // Any stream will do, if it is the same every time and not the training's own.
        using var random = new Generator(~options.Seed);
        network.eval();
        var sum = 0.0;
        for (var start = 0; start < _count; start += options.BatchSize)
        {
            using var scope = NewDisposeScope();
            int[] indices = [.. Enumerable.Range(start, Math.Min(options.BatchSize, _count - start))];
            var (x0, labels) = examples.Read(indices);
            var t = tensor([.. indices.Select(i => (2L * i + 1) * options.Timesteps / (2L * _count))], [indices.Length]);
            var eps = NoisyBatch.Noise(x0.shape, options.OffsetNoise, random);
            var batch = new NoisyBatch(x0.to(device), eps.to(device), t.to(device), conditional ? labels.to(device) : null);
            sum += objective.Losses(network, batch).sum().item<float>();
        }
        network.train();
        return sum / _count;
    }
}
