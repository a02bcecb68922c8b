using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>PyTorch's initial weights drawn from a stream of one's own instead of the process's.</summary>
internal static class InitialWeights
{
    /// <summary>
    /// Convolutions and linear layers: U(±1/√fan_in) for weight and bias; tables N(0, 1), or as narrow as they say;
    /// random Fourier features N(0, 16²); norms stay at 1 and 0.
    /// </summary>
    public static void Draw(nn.Module network, Generator generator)
    {
        using var guard = no_grad();
        foreach (var module in network.modules())
        {
            switch (module)
            {
                case GroupNorm or LayerNorm or TorchSharp.Modules.GroupNorm or TorchSharp.Modules.LayerNorm: break;
                case Embedding table: Normal(module, table.Spread, generator); break;
                case TorchSharp.Modules.Embedding: Normal(module, 1, generator); break;
                case FourierFeatures: Normal(module, FourierFeatures.Spread, generator); break;
                default: Uniform(module, generator); break;
            }
        }
    }

    private static void Normal(nn.Module module, double spread, Generator generator)
    {
        foreach (var (_, parameter) in module.named_parameters(recurse: false))
        {
            using var scope = NewDisposeScope();
            parameter.copy_(empty(parameter.shape).normal_(0, spread, generator));
        }
    }

    private static void Uniform(nn.Module module, Generator generator)
    {
        var bound = 0.0;
        foreach (var (_, parameter) in module.named_parameters(recurse: false))
        {
            var shape = parameter.shape;
            if (shape.Length > 1) bound = 1 / Math.Sqrt(shape[1..].Aggregate(1L, (a, b) => a * b));
            // In PyTorch's order of the values, whatever the layout.
            using var scope = NewDisposeScope();
            parameter.copy_(empty(shape).uniform_(-bound, bound, generator));
        }
    }
}
