using Playground.Core;
using Playground.Evaluation.Features;
using Playground.Evaluation.Statistics;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Evaluation.Metrics;

/// <summary>The squared maximum mean discrepancy under the kernel (x·y/D + 1)³ (Bińkowski et al. 2018, section 4), in float64.</summary>
public static class KernelDistance
{
    /// <summary>Subsets and their size in the paper, as the other programs report it.</summary>
    public const int Subsets = 100, SubsetSize = 1000;

    /// <summary>The unbiased estimate, which may be negative (Gretton et al. 2012, eq. 3).</summary>
    /// <exception cref="PlaygroundException">Fewer than two pictures on one side, or different extractors.</exception>
    public static double Unbiased(FeatureMatrix x, FeatureMatrix y)
    {
        if (x.Count < 2 || y.Count < 2)
            throw new PlaygroundException($"KID needs at least 2 pictures on each side; there are {x.Count} and {y.Count}.");
        var (xx, yy, xy, dx, dy) = Sums(x, y);
        return (xx - dx) / ((double)x.Count * (x.Count - 1)) + (yy - dy) / ((double)y.Count * (y.Count - 1))
            - 2 * xy / ((double)x.Count * y.Count);
    }

    /// <summary>The biased estimate, at least 0 (Gretton et al. 2012, eq. 5).</summary>
    public static double Biased(FeatureMatrix x, FeatureMatrix y)
    {
        if (x.Count < 1 || y.Count < 1)
            throw new PlaygroundException($"KID needs pictures on both sides; there are {x.Count} and {y.Count}.");
        var (xx, yy, xy, _, _) = Sums(x, y);
        return xx / ((double)x.Count * x.Count) + yy / ((double)y.Count * y.Count) - 2 * xy / ((double)x.Count * y.Count);
    }

    /// <summary>The mean of the unbiased estimates of random subsets of each side, and their population standard deviation.</summary>
    /// <returns>The size of a subset is 1,000, or all pictures of the smaller side; where that is all of both sides there is one
    /// subset.</returns>
    internal static (double Mean, double Deviation, int Subsets, int Size) OverSubsets(FeatureMatrix x, FeatureMatrix y, Random random,
        Action? step = null, CancellationToken ct = default)
    {
        var size = Math.Min(SubsetSize, Math.Min(x.Count, y.Count));
        var subsets = x.Count == size && y.Count == size ? 1 : Subsets;
        var values = new double[subsets];
        for (var s = 0; s < subsets; s++)
        {
            ct.ThrowIfCancellationRequested();
            values[s] = Unbiased(x.Take(Draw.Subset(x.Count, size, random)), y.Take(Draw.Subset(y.Count, size, random)));
            step?.Invoke();
        }
        return (values.Average(), Spread.Deviation(values, population: true), subsets, size);
    }

    private static (double Xx, double Yy, double Xy, double DiagonalX, double DiagonalY) Sums(FeatureMatrix x, FeatureMatrix y)
    {
        if (x.Dimensions != y.Dimensions) throw new PlaygroundException(
            $"{x.Dimensions} and {y.Dimensions} features cannot be compared: take both with the same extractor.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (a, b) = (x.ToTensor(), y.ToTensor());
        return (Kernel(a, a), Kernel(b, b), Kernel(a, b), Diagonal(a), Diagonal(b));
    }

    private static double Kernel(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return (a.matmul(b.transpose(0, 1)) / a.size(1) + 1).pow(3).sum().ToDouble();
    }

    private static double Diagonal(Tensor a) => (a.square().sum([1L]) / a.size(1) + 1).pow(3).sum().ToDouble();
}
