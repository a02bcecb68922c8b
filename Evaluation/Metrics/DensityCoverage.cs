using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// Density and coverage (Naeem et al. 2020, eq. 3 and 4): in how many real pictures' neighbourhoods (&lt; the distance to the k-th nearest
/// real one) a generated picture lies, over k; and the share of real
/// pictures that have a generated one in theirs.
/// </summary>
/// <param name="InNeighbourhoods">For each generated picture the number of neighbourhoods over k; their mean is density, which may exceed
/// 1.</param>
/// <param name="Covered">1 or 0 for each real picture; their mean is coverage.</param>
public sealed record DensityCoverage(IReadOnlyList<double> InNeighbourhoods, IReadOnlyList<double> Covered)
{
    /// <summary>k of the paper.</summary>
    public const int Neighbours = 5;

    public double Density => InNeighbourhoods.Average();

    public double Coverage => Covered.Average();

    /// <exception cref="Core.PlaygroundException">Not more than k real pictures.</exception>
    public static DensityCoverage Of(FeatureMatrix real, FeatureMatrix generated, int k = Neighbours, CancellationToken ct = default)
    {
        var radii = Distances.ToNeighbour(real, k, ct);
        var (within, covered) = (new double[generated.Count], new double[real.Count]);
        Distances.ForEachRow(generated, real, (g, squared) =>
        {
            for (var r = 0; r < squared.Length; r++)
            {
                if (squared[r] >= radii[r]) continue;
                within[g] += 1.0 / k;
                covered[r] = 1;
            }
        }, ct);
        return new DensityCoverage(within, covered);
    }
}
