using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// Improved precision and recall (Kynkäänniemi et al. 2019, eq. 1 and 2): a picture lies on the other side's manifold where it is within
/// the distance (≤) of one of its
/// pictures to that picture's k-th nearest neighbour.
/// </summary>
/// <param name="OnReal">1 or 0 for each generated picture; their mean is precision.</param>
/// <param name="OnGenerated">1 or 0 for each real picture; their mean is recall.</param>
public sealed record PrecisionRecall(IReadOnlyList<double> OnReal, IReadOnlyList<double> OnGenerated)
{
    /// <summary>k of the paper.</summary>
    public const int Neighbours = 3;

    public double Precision => OnReal.Average();

    public double Recall => OnGenerated.Average();

    /// <exception cref="Core.PlaygroundException">Not more than k pictures on one side.</exception>
    public static PrecisionRecall Of(FeatureMatrix real, FeatureMatrix generated, int k = Neighbours, CancellationToken ct = default)
    {
        var (ofReal, ofGenerated) = (Distances.ToNeighbour(real, k, ct), Distances.ToNeighbour(generated, k, ct));
        var (onReal, onGenerated) = (new double[generated.Count], new double[real.Count]);
        Distances.ForEachRow(generated, real, (g, squared) =>
        {
            for (var r = 0; r < squared.Length; r++)
            {
                if (squared[r] <= ofReal[r]) onReal[g] = 1;
                if (squared[r] <= ofGenerated[g]) onGenerated[r] = 1;
            }
        }, ct);
        return new PrecisionRecall(onReal, onGenerated);
    }
}
