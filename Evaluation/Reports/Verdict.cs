using Playground.Evaluation.Metrics;

namespace Playground.Evaluation.Reports;

/// <summary>What a report's distance means and whether it may be compared, in two sentences.</summary>
public static class Verdict
{
    /// <summary>Empty where there is no distance.</summary>
    public static IReadOnlyList<Remark> Of(EvaluationReport report)
    {
        if (report.Real is not { } real
            || report.Scores.FirstOrDefault(s => DistanceName.Is(s.Id)) is not { Value: { } value } score) return [];
        var meaning = score.Interval is { } interval && double.IsFinite(interval.High)
            ? Remark.Of(RemarkCode.VerdictMeaningInterval, $"The distance to '{real.Name}' is {HtmlReport.Number(value)} (95 %: "
                + $"{HtmlReport.Number(interval.Low)} to {HtmlReport.Number(interval.High)}). Lower is better; 0 would be images like the "
                + $"real ones.")
            : Remark.Of(RemarkCode.VerdictMeaning,
                $"The distance to '{real.Name}' is {HtmlReport.Number(value)}. Lower is better; 0 would be images like the real ones.");
        return [meaning, Comparability(real.Count, report.Generated.Count, report.Extractor?.Dimensions)];
    }

    private static Remark Comparability(long? real, long? generated, int? dimensions)
    {
        if (real is not { } x || generated is not { } y || dimensions is not { } d)
            return Remark.Of(RemarkCode.VerdictUnknown, $"What it was taken of is not fully known, so it cannot be told what it may be "
                + $"compared with.");
        var (least, enough) = (SampleSize.LeastForFrechet(d), SampleSize.ForFrechet(d));
        if (x < least)
            return Remark.Of(RemarkCode.VerdictFewReal, $"Do not rely on it: {x:N0} real images are fewer than the {least:N0} that these "
                + $"features need, so it is far too high. Evaluate against a reference of {enough:N0} images or more.");
        if (y < least)
            return Remark.Of(RemarkCode.VerdictFewGenerated, $"Do not rely on it: {y:N0} generated images are fewer than the {least:N0} "
                + $"that these features need, so it is far too high. Evaluate {enough:N0} images or more.");
        return Math.Min(x, y) < enough
            ? Remark.Of(RemarkCode.VerdictBiased, $"Compare it only with distances to the same reference of as many images: with fewer "
                + $"than {enough:N0} it comes out a little too high.")
            : Remark.Of(RemarkCode.VerdictEnough, $"There are enough images: compare it with any distance to the same reference by the "
                + $"same features. Where intervals overlap, the difference may be chance.");
    }
}
