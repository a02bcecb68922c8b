using Playground.Core;
using Playground.Evaluation.Features;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// exp E KL(p(y|x) ‖ p(y)) (Salimans et al. 2016, section 4): high where each picture is of one class and all classes occur.
/// </summary>
/// <param name="Mean">Over the splits, 1 to the number of classes.</param>
/// <param name="Deviation">Population standard deviation over the splits.</param>
/// <param name="StandardError">Of the whole sample's score, by the bootstrap.</param>
public sealed record InceptionScore(double Mean, double Deviation, double StandardError)
{
    /// <summary>Splits in the paper.</summary>
    public const int Splits = 10;

    internal const int Resamples = 100;

    /// <param name="logits">[N, K], row by row; the last layer without its bias.</param>
    /// <param name="classes">K, at least 2.</param>
    /// <param name="splits">1 to N parts, in each of which p(y) is taken anew.</param>
    /// <param name="random">Shuffles the pictures before they are split, so that pictures sorted by class do not end in one split.</param>
    /// <exception cref="PlaygroundException">Fewer pictures than splits.</exception>
    public static InceptionScore Of(FeatureMatrix logits, int splits, Random random)
    {
        if (splits < 1 || logits.Count < splits)
            throw new PlaygroundException(
                $"The Inception score over {splits} splits needs at least as many pictures; there are {logits.Count}.");
        var p = Softmax(logits);
        var order = Draw.Subset(logits.Count, logits.Count, random);
        double[] scores = [.. Enumerable.Range(0, splits).Select(
            s => Score(p, logits.Dimensions, order[(int)((long)s * order.Length / splits)..(int)((s + 1L) * order.Length / splits)]))];
        double[] resampled = [.. Enumerable.Range(0, Resamples)
            .Select(_ => Score(p, logits.Dimensions, [.. Enumerable.Range(0, logits.Count).Select(_ => random.Next(logits.Count))]))];
        return new InceptionScore(scores.Average(), Spread.Deviation(scores, population: true), Spread.Deviation(resampled));
    }

    // KL to the mean is the mean of Σ p·ln p less Σ p̄·ln p̄.
    private static double Score(double[] p, int classes, int[] rows)
    {
        var mean = new double[classes];
        double entropy = 0;
        foreach (var row in rows)
        {
            for (var k = 0; k < classes; k++)
            {
                var v = p[row * classes + k];
                mean[k] += v / rows.Length;
                entropy += XLogX(v) / rows.Length;
            }
        }
        return Math.Exp(entropy - mean.Sum(XLogX));
    }

    private static double XLogX(double v) => v > 0 ? v * Math.Log(v) : 0;

    private static double[] Softmax(FeatureMatrix logits)
    {
        var p = new double[logits.Values.Length];
        for (var i = 0; i < logits.Count; i++)
        {
            var row = logits.Row(i);
            double most = float.MinValue, sum = 0;
            foreach (var v in row) most = Math.Max(most, v);
            var to = p.AsSpan(i * row.Length, row.Length);
            for (var k = 0; k < row.Length; k++) sum += to[k] = Math.Exp(row[k] - most);
            for (var k = 0; k < row.Length; k++) to[k] /= sum;
        }
        return p;
    }
}
