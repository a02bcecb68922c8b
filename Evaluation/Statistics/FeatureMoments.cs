using Playground.Core;
using Playground.Evaluation.Metrics;
using static TorchSharp.torch;

namespace Playground.Evaluation.Statistics;

/// <summary>
/// Mean and covariance of features that arrive in batches, in float64 and in memory that does not grow with the pictures (Chan,
/// Golub and LeVeque 1983, eq. 2.1). Rows are gathered into blocks of a fixed size, so the result does not depend on the batches.
/// </summary>
public sealed class FeatureMoments
{
    private const int Block = 512;
    private readonly int _dimensions;
    private readonly double[] _mean, _scatter;
    private readonly float[] _waiting;
    private int _rows;
    private long _count;

    /// <param name="dimensions">D, 1 to <see cref="FeatureStatistics.MaxDimensions"/>.</param>
    public FeatureMoments(int dimensions)
    {
        if (dimensions is < 1 or > FeatureStatistics.MaxDimensions)
            throw new PlaygroundException($"Features of {dimensions} numbers: 1 to {FeatureStatistics.MaxDimensions} can be had.");
        _dimensions = dimensions;
        (_mean, _scatter) = (new double[dimensions], new double[(long)dimensions * dimensions]);
        _waiting = new float[Block * dimensions];
    }

    /// <summary>N, the pictures added so far.</summary>
    public long Count => _count + _rows;

    /// <param name="rows">[n, D], row by row.</param>
    /// <exception cref="PlaygroundException">A value is not a finite number, or the last row is not whole.</exception>
    public void Add(ReadOnlySpan<float> rows)
    {
        if (rows.Length % _dimensions != 0) throw new PlaygroundException($"{rows.Length} features are not rows of {_dimensions}.");
        FeatureMatrix.RequireFinite(rows, _dimensions, Count);
        while (rows.Length > 0)
        {
            var taken = Math.Min(rows.Length, (Block - _rows) * _dimensions);
            rows[..taken].CopyTo(_waiting.AsSpan(_rows * _dimensions));
            rows = rows[taken..];
            _rows += taken / _dimensions;
            if (_rows == Block) Flush();
        }
    }

    /// <summary>Adds what <paramref name="other"/> has seen.</summary>
    public void Merge(FeatureMoments other)
    {
        if (other._dimensions != _dimensions)
            throw new PlaygroundException($"Features of {other._dimensions} numbers cannot be added to features of {_dimensions}.");
        Flush();
        other.Flush();
        Combine(other._count, other._mean, other._scatter);
    }

    /// <exception cref="PlaygroundException">Fewer than two pictures were added.</exception>
    public FeatureStatistics ToStatistics()
    {
        Flush();
        if (_count < 2)
            throw new PlaygroundException($"A covariance needs at least 2 pictures; there {(_count == 1 ? "is 1" : "are none")}.");
        var sigma = new double[_scatter.Length];
        for (var i = 0; i < _dimensions; i++)
        {
            for (var j = 0; j < _dimensions; j++)
                sigma[i * _dimensions + j] = (_scatter[i * _dimensions + j] + _scatter[j * _dimensions + i]) / 2 / (_count - 1);
        }
        return new FeatureStatistics([.. _mean], sigma, _count);
    }

    private void Flush()
    {
        if (_rows == 0) return;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = tensor(_waiting[..(_rows * _dimensions)], [_rows, _dimensions]).to(float64);
        var mean = x.mean([0L], keepdim: true);
        var centred = x - mean;
        var rows = _rows;
        _rows = 0;
        Combine(rows, mean.contiguous().data<double>().ToArray(),
            centred.transpose(0, 1).matmul(centred).contiguous().data<double>().ToArray());
    }

    private void Combine(long count, double[] mean, double[] scatter)
    {
        if (count == 0) return;
        var total = _count + count;
        var weight = (double)_count * count / total;
        double[] delta = [.. mean.Zip(_mean, (theirs, ours) => theirs - ours)];
        for (var i = 0; i < _dimensions; i++)
        {
            var step = weight * delta[i];
            var row = _scatter.AsSpan(i * _dimensions, _dimensions);
            var added = scatter.AsSpan(i * _dimensions, _dimensions);
            for (var j = 0; j < row.Length; j++) row[j] += added[j] + step * delta[j];
        }
        for (var i = 0; i < _dimensions; i++) _mean[i] += delta[i] * count / total;
        _count = total;
    }
}
