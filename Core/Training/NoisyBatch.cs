using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>What one loss is computed from.</summary>
/// <param name="X0">Clean examples, [N, …].</param>
/// <param name="Eps">The noise to mix in, of the same shape.</param>
/// <param name="T">Timesteps, [N] int64.</param>
/// <param name="Labels">Class labels, [N] int64; null for a network without classes.</param>
internal sealed record NoisyBatch(Tensor X0, Tensor Eps, Tensor T, Tensor? Labels)
{
    /// <summary>Examples <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> − 1.</summary>
    public NoisyBatch Part(long start, long count)
        => new(X0.narrow(0, start, count), Eps.narrow(0, start, count), T.narrow(0, start, count), Labels?.narrow(0, start, count));

    /// <summary>
    /// N(0, I), plus the offset s·N(0, 1) that all places of a channel share where s &gt; 0 (Guttenberg 2023, "Diffusion with Offset
    /// Noise").
    /// </summary>
    /// <param name="shape">[N, C, …].</param>
    /// <param name="offset">s.</param>
    /// <param name="random">On the CPU.</param>
    public static Tensor Noise(long[] shape, double offset, Generator random)
    {
        var eps = randn(shape, generator: random);
        if (offset == 0) return eps;
        long[] channels = [.. shape.Select((n, d) => d < 2 ? n : 1)];
        return eps + randn(channels, generator: random) * offset;
    }
}
