using Playground.Core;
using Playground.Evaluation.Statistics;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// The Fréchet distance of parts of one sample from fixed statistics, many times over. With S = L·Lᵀ of the statistics, the roots
/// of the eigenvalues that count are the singular values of the centred features times L, so features are multiplied by L once, and each
/// part costs one product and
/// the eigenvalues of a matrix of D or of as many rows as the part has pictures, whichever is less.
/// </summary>
internal sealed class FrechetSample
{
    private const int Block = 4096;
    private readonly FeatureMatrix _features;
    private readonly double[] _centre, _reference;
    private readonly double _trace;
    private readonly float[] _projected;
    private readonly int _rank;

    public FrechetSample(FeatureMatrix features, FeatureStatistics reference)
    {
        if (features.Dimensions != reference.Dimensions)
            throw new PlaygroundException(
                $"Features of {features.Dimensions} numbers cannot be compared with statistics of {reference.Dimensions}.");
        (_features, _reference) = (features, reference.Mu);
        _trace = Enumerable.Range(0, reference.Dimensions).Sum(i => reference.Sigma[i * reference.Dimensions + i]);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var root = SymmetricRoot.Of(tensor(reference.Sigma, [reference.Dimensions, reference.Dimensions]));
        _rank = (int)root.size(1);
        _centre = Mean(features);
        _projected = new float[features.Count * _rank];
        for (var from = 0; from < features.Count; from += Block)
        {
            using var inner = NewDisposeScope();
            var rows = Math.Min(Block, features.Count - from);
            var y = (features.ToTensor(from, rows) - tensor(_centre, [1, _centre.Length])).matmul(root).to(float32).contiguous();
            y.data<float>().CopyTo(_projected, from * _rank);
        }
    }

    /// <summary>The distance of the pictures, each counted as often as <paramref name="counts"/> says.</summary>
    /// <param name="counts">One number a picture; at least two pictures in all.</param>
    public double Distance(IReadOnlyList<int> counts)
    {
        int[] used = [.. Enumerable.Range(0, counts.Count).Where(i => counts[i] > 0)];
        double n = used.Sum(i => (long)counts[i]);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (means, trace) = Moments(used, counts, n);
        var mean = ProjectedMean(used, counts, n);
        var small = used.Length < _rank;
        var rows = new List<Tensor>();
        var scatter = small ? null : zeros([_rank, _rank], float64);
        for (var from = 0; from < used.Length; from += Block)
        {
            var part = Gather(used.AsSpan(from, Math.Min(Block, used.Length - from)), counts, mean);
            if (small) rows.Add(part);
            else scatter = Added(scatter!, part);
        }
        if (small)
        {
            var all = rows.Count == 1 ? rows[0] : cat(rows);
            scatter = all.matmul(all.transpose(0, 1));
        }
        var root = linalg.eigvalsh(scatter! / (n - 1)).clamp(min: 0).sqrt().sum().ToDouble();
        return means + trace + _trace - 2 * root;
    }

    private static Tensor Added(Tensor sum, Tensor rows)
    {
        using var inner = NewDisposeScope();
        return (sum + rows.transpose(0, 1).matmul(rows)).MoveToOuterDisposeScope();
    }

    // Rows less their mean, times the root of their count: their product with themselves is the scatter of the resample.
    private Tensor Gather(ReadOnlySpan<int> used, IReadOnlyList<int> counts, double[] mean)
    {
        var rows = new double[used.Length * _rank];
        for (var i = 0; i < used.Length; i++)
        {
            var (from, scale) = (used[i] * _rank, Math.Sqrt(counts[used[i]]));
            for (var j = 0; j < _rank; j++) rows[i * _rank + j] = scale * (_projected[from + j] - mean[j]);
        }
        return tensor(rows, [used.Length, _rank]);
    }

    private double[] ProjectedMean(int[] used, IReadOnlyList<int> counts, double n)
    {
        var mean = new double[_rank];
        foreach (var i in used)
        {
            for (var j = 0; j < _rank; j++) mean[j] += counts[i] / n * _projected[i * _rank + j];
        }
        return mean;
    }

    /// <summary>|μ−μ₂|², and the trace of the covariance.</summary>
    private (double Means, double Trace) Moments(int[] used, IReadOnlyList<int> counts, double n)
    {
        var mean = new double[_features.Dimensions];
        double squares = 0;
        foreach (var i in used)
        {
            var row = _features.Row(i);
            double square = 0;
            for (var d = 0; d < row.Length; d++)
            {
                var v = row[d] - _centre[d];
                mean[d] += counts[i] / n * v;
                square += v * v;
            }
            squares += counts[i] * square;
        }
        var trace = (squares - n * mean.Sum(m => m * m)) / (n - 1);
        return (mean.Select((m, d) => m + _centre[d] - _reference[d]).Sum(v => v * v), trace);
    }

    private static double[] Mean(FeatureMatrix features)
    {
        var mean = new double[features.Dimensions];
        for (var i = 0; i < features.Count; i++)
        {
            var row = features.Row(i);
            for (var d = 0; d < row.Length; d++) mean[d] += row[d] / (double)features.Count;
        }
        return mean;
    }
}
