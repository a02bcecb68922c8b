using System.Runtime.InteropServices;
using Playground.Core;
using Playground.Evaluation.Statistics;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// The Fréchet distance of two Gaussians, |μ₁−μ₂|² + tr(S₁ + S₂ − 2·(S₁S₂)^½) (Dowson and Landau 1982; Heusel et al. 2017, eq. 6).
/// The trace of the root is Σ√λ over the eigenvalues of LᵀS₂L with S₁ = L·Lᵀ: symmetric, so no imaginary part can arise.
/// </summary>
/// <param name="Value">At least 0.</param>
/// <param name="Note">What was done about a result that rounding had spoilt; null where nothing was.</param>
public sealed record FrechetDistance(double Value, Remark? Note = null)
{
    // What pytorch-fid adds to both diagonals when the root is not finite.
    private const double Offset = 1e-6, Rounding = 1e-6;

    /// <exception cref="PlaygroundException">The dimensions differ, or no finite distance can be had.</exception>
    public static FrechetDistance Between(FeatureStatistics a, FeatureStatistics b)
    {
        if (a.Dimensions != b.Dimensions) throw new PlaygroundException(
            $"Statistics of {a.Dimensions} and of {b.Dimensions} features cannot be compared: take both with the same extractor.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        long[] shape = [a.Dimensions, a.Dimensions];
        var (s1, s2) = (tensor(a.Sigma, shape), tensor(b.Sigma, shape));
        var distance = a.Mu.Zip(b.Mu, (x, y) => (x - y) * (x - y)).Sum();
        if (TraceOfRoot(s1, s2) is { } root) return From(distance, Trace(a), Trace(b), root);

        var diagonal = Diagonal(a.Dimensions);
        var offset = TraceOfRoot(s1 + diagonal, s2 + diagonal)
            ?? throw new PlaygroundException(
                "The covariances are so ill-conditioned that no distance between them can be computed. Take the statistics over more "
                    + "pictures.");
        return From(distance, Trace(a) + Offset * a.Dimensions, Trace(b) + Offset * a.Dimensions, offset) with
        {
            Note = Remark.Of(RemarkCode.Singular, $"The covariances are nearly singular: 0.000001 was added to both diagonals."),
        };
    }

    /// <summary>
    /// The same from the features, without a D×D matrix: tr (S₁S₂)^½ is the sum of the singular values of
    /// (X−μ₁)(Y−μ₂)ᵀ/√((n₁−1)(n₂−1)), which is n₁×n₂. For samples smaller than D it is quicker, and exact where the covariance is singular.
    /// </summary>
    /// <exception cref="PlaygroundException">The dimensions differ, or one side has fewer than two pictures.</exception>
    public static FrechetDistance BetweenSamples(FeatureMatrix a, FeatureMatrix b)
    {
        if (a.Dimensions != b.Dimensions) throw new PlaygroundException(
            $"{a.Dimensions} and {b.Dimensions} features cannot be compared: take both with the same extractor.");
        if (a.Count < 2 || b.Count < 2)
            throw new PlaygroundException($"A distance needs at least 2 pictures on each side; there are {a.Count} and {b.Count}.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (x, y) = (a.ToTensor(), b.ToTensor());
        var (m1, m2) = (x.mean([0L], keepdim: true), y.mean([0L], keepdim: true));
        var (c1, c2) = ((x - m1) / Math.Sqrt(a.Count - 1), (y - m2) / Math.Sqrt(b.Count - 1));
        var root = linalg.svdvals(c1.matmul(c2.transpose(0, 1))).sum().ToDouble();
        return From((m1 - m2).square().sum().ToDouble(), c1.square().sum().ToDouble(), c2.square().sum().ToDouble(), root);
    }

    /// <summary>Σ√λ of S₁S₂, or null where it is not to be had.</summary>
    private static double? TraceOfRoot(Tensor s1, Tensor s2)
    {
        try
        {
            var l = SymmetricRoot.Of(s1);
            var root = linalg.eigvalsh(l.transpose(0, 1).matmul(s2).matmul(l)).clamp(min: 0).sqrt().sum().ToDouble();
            return double.IsFinite(root) ? root : null;
        }
        catch (ExternalException)
        {
            return null;
        }
    }

    internal static FrechetDistance From(double means, double trace1, double trace2, double root)
    {
        var value = means + trace1 + trace2 - 2 * root;
        if (!double.IsFinite(value)) throw new PlaygroundException(
            "The distance is too large for a number: the features are out of all proportion. Check the extractor.");
        if (value >= 0) return new FrechetDistance(value);
        if (value < -Rounding * (1 + means + trace1 + trace2))
            throw new PlaygroundException(
                $"The distance came out as {value:g3}, which no distance can be: one of the covariances is not one. Take the statistics "
                    + "again.");
        return new FrechetDistance(0,
            Remark.Of(RemarkCode.Rounded, $"The distance came out as {value:0.0e+0}, which is zero within rounding."));
    }

    private static double Trace(FeatureStatistics s) => Enumerable.Range(0, s.Dimensions).Sum(i => s.Sigma[i * s.Dimensions + i]);

    private static Tensor Diagonal(int n)
    {
        var values = new double[n * n];
        for (var i = 0; i < n; i++) values[i * n + i] = Offset;
        return tensor(values, [n, n]);
    }
}
