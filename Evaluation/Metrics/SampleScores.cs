using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>The scores that need each picture's features, with their intervals and warnings.</summary>
internal static class SampleScores
{
    /// <summary>Pictures of each side that neighbourhoods are taken of: their cost grows with the product.</summary>
    public const int MostNeighbours = 10_000;

    private const int Resamples = 200;

    public static MetricScore Kernel(FeatureMatrix real, FeatureMatrix generated, MetricOptions options, CancellationToken ct)
    {
        var steps = new Steps(options, EvaluationStage.Kid, KernelDistance.Subsets);
        var (mean, deviation, subsets, size) = KernelDistance.OverSubsets(real, generated, options.Random("kid"), steps.Next, ct);
        var error = DisjointBlocks.StandardError(real, generated, KernelDistance.Unbiased, options.Random("kid-interval"), ct);
        return new MetricScore(MetricNames.Kid, "KID", mean)
        {
            LowerIsBetter = true,
            Deviation = subsets > 1 ? deviation : null,
            Interval = error is { } e ? Interval.Around(mean, e, DisjointBlocks.Method) : null,
            Method = subsets > 1
                ? Remark.Of(RemarkCode.HowKidSubsets,
                    $"Mean of {subsets} random subsets of {size:N0} of each side, unbiased; kernel (x·y/D + 1)³")
                : Remark.Of(RemarkCode.HowKidAll, $"All {size:N0} of each side, unbiased; kernel (x·y/D + 1)³"),
            Warnings = [.. SampleSize.Kernel(real.Count, generated.Count)],
        };
    }

    public static MetricScore Inception(FeatureMatrix logits, MetricOptions options)
    {
        var score = InceptionScore.Of(logits, InceptionScore.Splits, options.Random("inception-score"));
        return new MetricScore(MetricNames.InceptionScore, "Inception score", score.Mean)
        {
            Deviation = score.Deviation,
            Interval = Interval.Around(score.Mean, score.StandardError,
                Remark.Of(RemarkCode.IntervalBootstrap, $"±1.96 standard deviations of {InceptionScore.Resamples} bootstrap resamples"),
                least: 1, most: logits.Dimensions),
            Method = Remark.Of(RemarkCode.HowInception,
                $"Mean of {InceptionScore.Splits} splits of {logits.Count:N0} generated pictures, {logits.Dimensions:N0} classes"),
            Warnings = [.. SampleSize.Inception(logits.Count, logits.Dimensions)],
        };
    }

    public static IEnumerable<MetricScore> PrecisionAndRecall(FeatureMatrix real, FeatureMatrix generated, CancellationToken ct)
    {
        var pr = PrecisionRecall.Of(real, generated, ct: ct);
        var method = Remark.Of(RemarkCode.HowNeighbors,
            $"{PrecisionRecall.Neighbours} neighbours, {real.Count:N0} real and {generated.Count:N0} generated pictures");
        yield return Share("precision", "Precision", pr.OnReal, method, real, generated);
        yield return Share("recall", "Recall", pr.OnGenerated, method, real, generated);
    }

    public static IEnumerable<MetricScore> DensityAndCoverage(FeatureMatrix real, FeatureMatrix generated, MetricOptions options,
        CancellationToken ct)
    {
        var dc = DensityCoverage.Of(real, generated, ct: ct);
        var method = Remark.Of(RemarkCode.HowNeighbors,
            $"{DensityCoverage.Neighbours} neighbours, {real.Count:N0} real and {generated.Count:N0} generated pictures");
        var error = Spread.BootstrapOfMean(dc.InNeighbourhoods, Resamples, options.Random("density"));
        yield return new MetricScore("density", "Density", dc.Density)
        {
            Interval = Interval.Around(dc.Density, error,
                Remark.Of(RemarkCode.IntervalNeighborhoods,
                    $"±1.96 standard deviations of {Resamples} bootstrap resamples, the neighbourhoods held fixed"), least: 0),
            Method = method,
            Warnings = [.. SampleSize.Neighbourhoods(real.Count, generated.Count)],
        };
        yield return Share("coverage", "Coverage", dc.Covered, method, real, generated);
    }

    /// <summary>A CLIP score in both conventions.</summary>
    public static IEnumerable<MetricScore> Clip(ClipScore clip, int truncated, MetricOptions options)
    {
        var error = Spread.BootstrapOfMean(clip.Cut, Resamples, options.Random("clip-score"));
        Remark[] warnings = truncated == 0 ? [] : [Remark.Of(RemarkCode.PromptsCut,
            $"{truncated:N0} of {clip.Cosines.Count:N0} prompts are longer than CLIP reads, and were cut off at the end.")];
        MetricScore Score(string id, string name, double factor, double value) => new(id, name, value)
        {
            Interval = Interval.Around(value, factor * error,
                Remark.Of(RemarkCode.IntervalPairs, $"±1.96 standard deviations of {Resamples} bootstrap resamples of the pairs"), 0,
                factor),
            Method = Remark.Of(RemarkCode.HowClip, $"Mean of {factor:0.#}·max(cos, 0) over {clip.Cosines.Count:N0} pairs"),
            Warnings = warnings,
        };
        yield return Score("clip-score", "CLIP score (Hessel et al., 0 to 2.5)", 2.5, clip.Hessel);
        yield return Score("clip-score-torchmetrics", "CLIP score (torchmetrics, 0 to 100)", 100, clip.Torchmetrics);
    }

    public static MetricScore Cmmd(FeatureMatrix real, FeatureMatrix generated, MetricOptions options, CancellationToken ct)
    {
        var value = ClipMmd.Of(real, generated, ct);
        var error = DisjointBlocks.StandardError(real, generated, (x, y) => ClipMmd.Of(x, y, ct), options.Random("cmmd"), ct);
        return new MetricScore("cmmd", "CMMD", value)
        {
            LowerIsBetter = true,
            Interval = error is { } e ? Interval.Around(value, e, DisjointBlocks.Method, least: 0) : null,
            Method = Remark.Of(RemarkCode.HowCmmd, $"Gaussian kernel of width 10 on CLIP embeddings of length 1, times "
                + $"1000, {real.Count:N0} real and {generated.Count:N0} generated pictures. "
                + $"The authors' numbers are of ViT-L/14 at 336 pixels"),
            Warnings = [.. SampleSize.ClipMmd(real.Count, generated.Count)],
        };
    }

    private static MetricScore Share(string id, string name, IReadOnlyList<double> values, Remark method, FeatureMatrix real,
        FeatureMatrix generated) => new(id, name, values.Average())
        {
            Interval = Interval.OfShare(values.Average(), values.Count, Remark.Of(RemarkCode.IntervalWilson,
                $"Wilson's, over the pictures, the neighbourhoods held fixed")),
            Method = method,
            Warnings = [.. SampleSize.Neighbourhoods(real.Count, generated.Count)],
        };
}
