using Playground.Evaluation.Features;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// The standard error of a mean discrepancy: both samples are cut into disjoint blocks at random, each pair of blocks gives an estimate
/// that owes nothing to the others, and their
/// spread over the root of their number is the error of their mean. The whole sample's estimate is at least as exact, so the interval errs
/// on the wide side.
/// </summary>
internal static class DisjointBlocks
{
    public const int Blocks = 20, LeastInBlock = 4;

    public static readonly Remark Method = Remark.Of(RemarkCode.IntervalBlocks,
        $"±1.96 standard errors over {20} disjoint blocks of both samples");

    /// <returns>Null with fewer than 80 pictures on one side.</returns>
    public static double? StandardError(FeatureMatrix x, FeatureMatrix y, Func<FeatureMatrix, FeatureMatrix, double> distance,
        Random random, CancellationToken ct = default)
    {
        var (a, b) = (x.Count / Blocks, y.Count / Blocks);
        if (Math.Min(a, b) < LeastInBlock) return null;
        // Blocks of a thousand are as good as larger ones, and cost less.
        (a, b) = (Math.Min(a, KernelDistance.SubsetSize), Math.Min(b, KernelDistance.SubsetSize));
        var (ofX, ofY) = (Draw.Subset(x.Count, a * Blocks, random), Draw.Subset(y.Count, b * Blocks, random));
        var values = new double[Blocks];
        for (var k = 0; k < Blocks; k++)
        {
            ct.ThrowIfCancellationRequested();
            values[k] = distance(x.Take(ofX[(k * a)..((k + 1) * a)]), y.Take(ofY[(k * b)..((k + 1) * b)]));
        }
        return Spread.Deviation(values) / Math.Sqrt(Blocks);
    }
}
