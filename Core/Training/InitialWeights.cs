using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>PyTorch's initial weights drawn from a stream of one's own instead of the process's.</summary>
internal static class InitialWeights
{
    // Convolutions and linear layers: U(±1/√fan_in) for weight and bias; embeddings N(0, 1); norms stay at 1 and 0.
    public static void Draw(nn.Module network, Generator generator)
    {
        using var guard = no_grad();
        var bound = 0.0;
        foreach (var (name, parameter) in network.named_parameters())
        {
            var shape = parameter.shape;
            if (name.EndsWith("class_embedding.weight", StringComparison.Ordinal))
            {
                using var drawn = parameter.normal_(0, 1, generator);
            }
            else if (shape.Length > 1)
            {
                bound = 1 / Math.Sqrt(shape[1..].Aggregate(1L, (a, b) => a * b));
                using var drawn = parameter.uniform_(-bound, bound, generator);
            }
            else if (name.EndsWith(".bias", StringComparison.Ordinal) && !name.Contains("norm", StringComparison.Ordinal))
            {
                using var drawn = parameter.uniform_(-bound, bound, generator);
            }
        }
    }
}
