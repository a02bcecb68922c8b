using Playground.Core;
using Playground.Evaluation.Statistics;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// CMMD (Jayasumana et al. 2024, section 4): the squared maximum mean discrepancy of CLIP's picture embeddings of length 1, under the
/// Gaussian kernel exp(−|x−y|²/2σ²) with σ = 10, times 1000.
/// The estimate is the biased one, with the diagonals, as in the authors' program.
/// </summary>
public static class ClipMmd
{
    private const double Sigma = 10, Scale = 1000;

    /// <exception cref="PlaygroundException">No pictures on one side, or different extractors.</exception>
    public static double Of(FeatureMatrix x, FeatureMatrix y, CancellationToken ct = default)
    {
        if (x.Count < 1 || y.Count < 1)
            throw new PlaygroundException($"CMMD needs pictures on both sides; there are {x.Count} and {y.Count}.");
        var (a, b) = (Unit(x), Unit(y));
        return Scale * (Mean(a, a, ct) + Mean(b, b, ct) - 2 * Mean(a, b, ct));
    }

    // The ones of the kernel cancel between the three means: left out, they cost no digits.
    private static double Mean(FeatureMatrix x, FeatureMatrix y, CancellationToken ct)
    {
        double sum = 0;
        Distances.ForEachRow(x, y, (_, squared) =>
        {
            foreach (var d in squared) sum += Math.Exp(-d / (2 * Sigma * Sigma)) - 1;
        }, ct);
        return sum / x.Count / y.Count;
    }

    private static FeatureMatrix Unit(FeatureMatrix x)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var t = x.ToTensor();
        var lengths = t.square().sum([1L], keepdim: true).sqrt();
        if (lengths.min().ToDouble() <= 0) throw new PlaygroundException("An embedding is all zeros: the CLIP model's files are broken.");
        return new FeatureMatrix(x.Count, x.Dimensions, (t / lengths).to(float32).contiguous().data<float>().ToArray());
    }
}
