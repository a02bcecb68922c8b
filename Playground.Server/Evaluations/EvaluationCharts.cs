using System.Globalization;
using Playground.Core.Generation;
using Playground.Core.Samplers;
using Playground.Evaluation.Reports;

namespace Playground.Server.Evaluations;

/// <summary>
/// What an evaluation of several combinations shows: the Fréchet distance against steps, time and guidance, a line for each sampler.
/// </summary>
internal static class EvaluationCharts
{
    public static IReadOnlyList<ReportedChart> Of(IReadOnlyList<GradedCell> cells)
    {
        GradedCell[] known = [.. cells.Where(c => c.Cell.Request is not null && c.Distance?.Value is not null)];
        return
        [
            .. Chart("distance-steps", "Distance against steps", "Denoising steps", "", known, c => c.Cell.Request!.Steps,
                c => c.Cell.Request!.Guidance, g => g == 1 ? "" : Text($", guidance {g:0.##}"), log: true),
            .. Chart("distance-time", "Distance against time", "Time for all pictures", "s", known, c => c.Seconds!.Value,
                c => c.Cell.Request!.Guidance, g => g == 1 ? "" : Text($", guidance {g:0.##}"), log: true),
            .. Chart("distance-guidance", "Distance against guidance", "Guidance scale", "", known, c => c.Cell.Request!.Guidance,
                c => c.Cell.Request!.Steps, n => Text($", {n:0} steps"), log: false),
        ];
    }

    // A line is a sampler with one value of what does not run along the axis; one point alone is no line.
    private static IEnumerable<ReportedChart> Chart(string id, string title, string x, string unit, GradedCell[] cells,
        Func<GradedCell, double> at, Func<GradedCell, double> other, Func<double, string> name, bool log)
    {
        var series = cells.GroupBy(c => (c.Cell.Request!.Sampler, Other: other(c)))
            .Select(g => new ReportedSeries(SamplerCatalog.Get(g.Key.Sampler).Title + name(g.Key.Other),
                [.. g.OrderBy(at)
                    .Select(c => new ReportedPoint(at(c), c.Distance!.Value!.Value, c.Distance.Interval?.Low, c.Distance.Interval?.High))]))
            .ToList();
        if (series.Any(s => s.Points.Select(p => p.X).Distinct().Count() > 1))
            yield return new ReportedChart(id, title, x, unit, cells[0].Distance!.Name, series) { LogX = log };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
