using Playground.Evaluation.Features;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>The nearest real picture of each generated one: where a model copies what it was trained on, it shows here.</summary>
/// <param name="Indices">Row of the nearest real picture, for each generated one.</param>
/// <param name="Squared">Squared distance to it, in the features' unit.</param>
/// <param name="Threshold">Squared distance below which 1 in 100 real pictures has its own nearest real neighbour.</param>
public sealed record NearestReal(IReadOnlyList<int> Indices, IReadOnlyList<double> Squared, double Threshold)
{
    /// <summary>The quantile of the real pictures' own distances that counts as too near.</summary>
    public const double Quantile = 0.01;

    private const int RealSample = 2000;

    /// <summary>
    /// Share of generated pictures that are nearer to a real one than 99 in 100 real pictures are to theirs. A model that draws new
    /// pictures of the same distribution has about 0.01.
    /// </summary>
    public double TooNear => (double)Squared.Count(d => d < Threshold) / Squared.Count;

    /// <exception cref="Core.PlaygroundException">Fewer than two real pictures.</exception>
    public static NearestReal Of(FeatureMatrix real, FeatureMatrix generated, Random random, CancellationToken ct = default)
    {
        var sample = Draw.Subset(real.Count, Math.Min(RealSample, real.Count), random);
        var own = new double[sample.Length];
        Distances.ForEachRow(real.Take(sample), real, (row, squared) => own[row] = Nearest(squared, sample[row]).Squared, ct);
        Array.Sort(own);
        var (indices, distances) = (new int[generated.Count], new double[generated.Count]);
        Distances.ForEachRow(generated, real, (g, squared) => (indices[g], distances[g]) = Nearest(squared, except: -1), ct);
        return new NearestReal(indices, distances, own[(int)(Quantile * own.Length)]);
    }

    private static (int Index, double Squared) Nearest(ReadOnlySpan<double> squared, int except)
    {
        var (index, least) = (0, double.PositiveInfinity);
        for (var j = 0; j < squared.Length; j++)
        {
            if (j != except && squared[j] < least) (index, least) = (j, squared[j]);
        }
        return (index, least);
    }
}
