using System.Text;
using Playground.Evaluation.Features.Torch;

namespace Playground.Evaluation.Tests.Features;

/// <summary>
/// The weights that bench/record_features.py gives pytorch-fid's network: they follow from the tensors' names and shapes.
/// </summary>
internal static class FormulaWeights
{
    public static TorchTensor Of(string name, params long[] shape)
    {
        var count = shape.Aggregate(1L, (a, b) => a * b);
        var fanIn = shape.Skip(1).Aggregate(1L, (a, b) => a * b);
        var seed = Encoding.ASCII.GetBytes(name).Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619);
        var values = new float[count];
        for (var i = 0u; i < count; i++)
        {
            var u = Hashed(seed + i * 0x9E3779B9);
            values[i] = (float)(name switch
            {
                _ when name.EndsWith("conv.weight", StringComparison.Ordinal) => (2 * u - 1) * Math.Sqrt(6.0 / fanIn),
                "fc.weight" => (2 * u - 1) / Math.Sqrt(2048),
                _ when name.EndsWith("bn.weight", StringComparison.Ordinal) => 0.7 + 0.6 * u,
                _ when name.EndsWith("running_var", StringComparison.Ordinal) => 0.5 + u,
                _ => 0.4 * u - 0.2,
            });
        }
        return new TorchTensor(shape, values);
    }

    // The finaliser of MurmurHash3, 24 bits of it.
    private static double Hashed(uint x)
    {
        x = (x ^ (x >> 16)) * 0x85EBCA6B;
        x = (x ^ (x >> 13)) * 0xC2B2AE35;
        return ((x ^ (x >> 16)) >> 8) / (double)(1 << 24);
    }
}
