using Playground.Core;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>Takes all scores that were asked for and that the two sides allow.</summary>
public static class MetricSuite
{
    private static readonly Dictionary<string, string> s_names = new()
    {
        [MetricNames.Kid] = "KID",
        [MetricNames.InceptionScore] = "Inception score",
        [MetricNames.PrecisionRecall] = "Precision and recall",
        [MetricNames.DensityCoverage] = "Density and coverage",
    };

    /// <returns>In the order of <see cref="MetricNames.All"/>. What could not be computed is there too, with the reason, where it was asked
    /// for or fails for want of pictures.</returns>
    /// <exception cref="PlaygroundException">The sides are of different extractors, or have fewer than two pictures.</exception>
    public static IReadOnlyList<MetricScore> Compute(EvaluatedSide real, EvaluatedSide generated, MetricOptions options,
        CancellationToken ct = default)
    {
        var doubts = generated.RequireComparable(real);
        var scores = new List<MetricScore>();
        if (options.Wants(MetricNames.Fid) || options.Wants(MetricNames.FidInfinity))
        {
            options.Progress?.Invoke(new EvaluationProgress(EvaluationStage.Distance, 0, null));
            scores.AddRange(FrechetScores.Of(real, generated, options, ct).Select(s => s with { Warnings = [.. s.Warnings, .. doubts] }));
        }
        foreach (var metric in MetricNames.All.Where(m => s_names.ContainsKey(m) && options.Wants(m)))
        {
            ct.ThrowIfCancellationRequested();
            scores.AddRange(OfSamples(metric, real, generated, options, ct));
        }
        return scores;
    }

    private static IEnumerable<MetricScore> OfSamples(string metric, EvaluatedSide real, EvaluatedSide generated, MetricOptions options,
        CancellationToken ct)
    {
        var name = s_names[metric];
        MetricScore[] Impossible(Remark why) => options.Metrics is null ? [] : [None(why)];
        MetricScore None(Remark why) => new(metric, name, null) { LowerIsBetter = metric == MetricNames.Kid, Warnings = [why] };
        Remark OnlyStatistics(EvaluatedSide side) => Remark.Of(RemarkCode.OnlyStatistics,
            $"{name}: not computed, since '{side.Name}' is only statistics; give the pictures.");
        if (metric == MetricNames.InceptionScore)
        {
            if (generated.Sample is null) return Impossible(OnlyStatistics(generated));
            if (generated.Sample.Logits is not { } logits)
                return Impossible(Remark.Of(RemarkCode.NoLogits, $"{name}: not computed, since the extractor gives no logits of classes."));
            return logits.Count < InceptionScore.Splits
                ? [None(Remark.Of(RemarkCode.SplitsFew,
                    $"{name}: not computed, since {InceptionScore.Splits} splits need as many pictures, "
                    + $"and there are {logits.Count}."))]
                : [SampleScores.Inception(logits, options)];
        }
        if (real.Sample is null || generated.Sample is null)
            return Impossible(OnlyStatistics(real.Sample is null ? real : generated));
        var (x, y) = (real.Sample.Features, generated.Sample.Features);
        if (metric == MetricNames.Kid) return [SampleScores.Kernel(x, y, options, ct)];

        var needed = metric == MetricNames.PrecisionRecall ? PrecisionRecall.Neighbours : DensityCoverage.Neighbours;
        if (Math.Min(x.Count, y.Count) <= needed)
            return [None(Remark.Of(RemarkCode.NeighborsFew,
                $"{name}: not computed, since {needed} neighbours need {needed + 1} pictures on "
                + $"each side, and there are {x.Count} and {y.Count}."))];
        options.Progress?.Invoke(new EvaluationProgress(
            metric == MetricNames.PrecisionRecall ? EvaluationStage.PrecisionRecall : EvaluationStage.DensityCoverage, 0, null));
        (x, y) = (x.AtMost(SampleScores.MostNeighbours, options.Random("real")),
            y.AtMost(SampleScores.MostNeighbours, options.Random("generated")));
        return metric == MetricNames.PrecisionRecall
            ? SampleScores.PrecisionAndRecall(x, y, ct)
            : SampleScores.DensityAndCoverage(x, y, options, ct);
    }
}
