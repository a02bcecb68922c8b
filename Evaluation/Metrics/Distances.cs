using Playground.Core;
using Playground.Evaluation.Statistics;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Evaluation.Metrics;

/// <summary>Euclidean distances between all rows of two matrices, a block of rows at a time, in float64.</summary>
internal static class Distances
{
    private const int MaxBlockBytes = 64 << 20;

    public delegate void RowVisitor(int row, ReadOnlySpan<double> squared);

    /// <summary>Gives, for each row of <paramref name="x"/>, its squared distances to all rows of <paramref name="y"/>.</summary>
    public static void ForEachRow(FeatureMatrix x, FeatureMatrix y, RowVisitor visit, CancellationToken ct = default)
    {
        if (x.Dimensions != y.Dimensions) throw new PlaygroundException(
            $"{x.Dimensions} and {y.Dimensions} features cannot be compared: take both with the same extractor.");
        var rows = Math.Clamp(MaxBlockBytes / 8 / Math.Max(1, y.Count), 1, 1024);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var b = y.ToTensor();
        var squares = b.square().sum([1L]);
        for (var from = 0; from < x.Count; from += rows)
        {
            ct.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var a = x.ToTensor(from, Math.Min(rows, x.Count - from));
            // |a−b|² = |a|² + |b|² − 2ab, which rounding may take below 0.
            var block = (a.square().sum([1L], keepdim: true) + squares - a.matmul(b.transpose(0, 1)) * 2).clamp_(min: 0).contiguous()
                .data<double>().ToArray();
            for (var i = 0; i * y.Count < block.Length; i++) visit(from + i, block.AsSpan(i * y.Count, y.Count));
        }
    }

    /// <summary>Squared distance of each row to its <paramref name="k"/>-th nearest other row of the same matrix.</summary>
    /// <exception cref="PlaygroundException">There are not more than k rows.</exception>
    public static double[] ToNeighbour(FeatureMatrix x, int k, CancellationToken ct = default)
    {
        if (x.Count <= k) throw new PlaygroundException($"A {k}-th neighbour needs at least {k + 1} pictures; there are {x.Count}.");
        var radii = new double[x.Count];
        var nearest = new double[k];
        ForEachRow(x, x, (row, squared) =>
        {
            Array.Fill(nearest, double.PositiveInfinity);
            for (var j = 0; j < squared.Length; j++)
            {
                if (j != row && squared[j] < nearest[^1]) Insert(nearest, squared[j]);
            }
            radii[row] = nearest[^1];
        }, ct);
        return radii;
    }

    private static void Insert(double[] sorted, double value)
    {
        var at = sorted.Length - 1;
        for (; at > 0 && sorted[at - 1] > value; at--) sorted[at] = sorted[at - 1];
        sorted[at] = value;
    }
}
