using System.Globalization;
using Playground.Client.Contracts;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;

namespace Playground.Server.Evaluations;

/// <summary>Reports as the pages show them, and the images in them.</summary>
internal static class EvaluationReportViews
{
    private const int MostSamples = 64;

    /// <summary>Without its images, which have addresses of their own.</summary>
    public static EvaluationReportView Of(EvaluationReport report) => new(report.Title, report.Created, report.Real?.Name,
        report.Real?.Count, report.Generated.Count,
        report.Samples is null ? 0 : (int)Math.Min(MostSamples, report.Generated.Count ?? MostSamples),
        report.Extractor is { } e ? new ReportExtractor(e.Name, e.Preprocessing, e.WeightsHash, e.Dimensions, e.Note) : null,
        [.. report.Scores.Select(s => new ReportScore(s.Id, s.Name, s.Value, s.Interval?.Low, HighOf(s.Interval), s.LowerIsBetter,
            s.Method, s.Interval?.Method, s.Warnings))],
        [.. report.Classes.Select(c => new ReportClass(c.Name, c.Real, c.Generated, c.Distance, c.Interval?.Low, HighOf(c.Interval),
            c.Precision, c.Recall, c.Singular))],
        [.. report.Charts.Select(c => new ReportChart(c.Id, c.Y, c.LogX,
            [.. c.Series.Where(s => s.Points.Count > 0).Select(s => new ReportLine(s.Name,
                [.. s.Points.OrderBy(p => p.X).Select(p => new ReportPoint(p.X, p.Y, p.Low, p.High))]))]))],
        report.Neighbours is { } n
            ? new ReportNearest(n.TooNear, n.Threshold, n.Generated, n.Real, [.. n.Pairs.Select(p => new ReportPair(p.GeneratedIndex,
                p.RealIndex, p.Distance, p.TooNear, p is { Generated: not null, Real: not null }))])
            : null,
        report.Warnings)
    {
        Verdict = Verdict.Of(report),
    };

    /// <summary>An image of a report as PNG: <c>samples</c>, or <c>generated-N</c> and <c>real-N</c> of the N-th nearest pair, from 0;
    /// null when there is none of that name.</summary>
    public static byte[]? ImageOf(EvaluationReport report, string name) => name.Split('-') switch
    {
        ["samples"] => report.Samples?.Png,
        ["generated", var n] => PairOf(report, n)?.Generated?.Png,
        ["real", var n] => PairOf(report, n)?.Real?.Png,
        _ => null,
    };

    private static ReportedPair? PairOf(EvaluationReport report, string number)
        => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? report.Neighbours?.Pairs.ElementAtOrDefault(n) : null;

    private static double? HighOf(Interval? interval) => interval is { High: var high } && double.IsFinite(high) ? high : null;
}
