using Playground.Core;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// How well pictures fit their prompts: the cosine of CLIP's embeddings, cut at 0. The conventions of two programs differ in the factor:
/// 2.5·max(cos, 0) of the paper (Hessel et al. 2021, section 3), and 100·max(cos, 0) of torchmetrics.
/// </summary>
/// <param name="Cosines">Of each pair, −1 to 1.</param>
public sealed record ClipScore(IReadOnlyList<double> Cosines)
{
    /// <summary>The mean of 2.5·max(cos, 0), 0 to 2.5.</summary>
    public double Hessel => 2.5 * Mean;

    /// <summary>The mean of 100·max(cos, 0), 0 to 100.</summary>
    public double Torchmetrics => 100 * Mean;

    /// <summary>max(cos, 0) of each pair.</summary>
    internal IReadOnlyList<double> Cut => [.. Cosines.Select(c => Math.Max(c, 0))];

    private double Mean => Cut.Average();

    /// <exception cref="PlaygroundException">Not as many pictures as prompts, none, different lengths, or an embedding of length
    /// 0.</exception>
    public static ClipScore Of(FeatureMatrix pictures, FeatureMatrix prompts)
    {
        if (pictures.Count != prompts.Count || pictures.Count == 0)
            throw new PlaygroundException(
                $"CLIP score needs a prompt for every picture; there are {pictures.Count} pictures and {prompts.Count} prompts.");
        if (pictures.Dimensions != prompts.Dimensions)
            throw new PlaygroundException(
                $"The picture model gives {pictures.Dimensions} numbers and the text model {prompts.Dimensions}: they are not of one CLIP "
                    + "model.");
        return new ClipScore([.. Enumerable.Range(0, pictures.Count).Select(i => Cosine(pictures.Row(i), prompts.Row(i), i))]);
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int pair)
    {
        double ab = 0, aa = 0, bb = 0;
        for (var d = 0; d < a.Length; d++)
        {
            ab += (double)a[d] * b[d];
            aa += (double)a[d] * a[d];
            bb += (double)b[d] * b[d];
        }
        return aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb)
            : throw new PlaygroundException($"The embedding of pair {pair} is all zeros: the CLIP model's files are broken.");
    }
}
