using System.Globalization;
using CsvHelper;

namespace Playground.Evaluation.Reports;

/// <summary>A report's numbers as one table: a row for each score, class, and point of a chart.</summary>
public static class ReportCsv
{
    private sealed record Row(string Report, string Kind, string Name, double? X, double? Value, double? Low, double? High,
        double? Deviation, string Note);

    public static string Write(EvaluationReport report)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using var csv = new CsvWriter(text, CultureInfo.InvariantCulture);
        csv.WriteRecords(Rows(report).Select(r => r with { Report = Plain(r.Report), Name = Plain(r.Name), Note = Plain(r.Note) }));
        csv.Flush();
        return text.ToString();
    }

    private static IEnumerable<Row> Rows(EvaluationReport report)
    {
        foreach (var s in report.Scores)
            yield return new Row(report.Title, "score", s.Id, null, s.Value, s.Interval?.Low, Finite(s.Interval?.High), s.Deviation,
                string.Join(" ", s.Warnings));
        foreach (var c in report.Classes)
        {
            yield return new Row(report.Title, $"class-{report.Distance().Id}", c.Name, null, c.Distance, c.Interval?.Low, c.Interval?.High,
                null, c.Singular ? "fewer pictures than features" : "");
            yield return new Row(report.Title, "class-precision", c.Name, null, c.Precision, null, null, null, "");
            yield return new Row(report.Title, "class-recall", c.Name, null, c.Recall, null, null, null, "");
        }
        if (report.Neighbours is { } n)
            yield return new Row(report.Title, "memorisation", "too-near", null, n.TooNear, null, null, null, "");
        foreach (var chart in report.Charts)
        {
            foreach (var series in chart.Series)
            {
                foreach (var p in series.Points)
                    yield return new Row(report.Title, chart.Id, series.Name, p.X, p.Y, p.Low, p.High, null, "");
            }
        }
    }

    private static double? Finite(double? value) => value is { } v && double.IsFinite(v) ? v : null;

    // A spreadsheet would run a cell that begins so as a formula.
    private static string Plain(string text) => text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal)
        ? "'" + text
        : text;
}
