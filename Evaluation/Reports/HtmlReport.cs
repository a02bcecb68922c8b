using System.Globalization;
using Playground.Evaluation.Metrics;

namespace Playground.Evaluation.Reports;

/// <summary>A report as one HTML file that needs nothing else: no script, no font, no address.</summary>
public static class HtmlReport
{
    private static readonly string[] s_headline = ["fid", DistanceName.OfOthers, "fid-infinity", DistanceName.InfinityOfOthers, "kid",
        "inception-score", "precision", "recall", "clip-score", "cmmd"];

    public static string Write(EvaluationReport report)
    {
        using var css = typeof(HtmlReport).Assembly.GetManifestResourceStream("Playground.Evaluation.Reports.report.css")!;
        using var reader = new StreamReader(css);
        var page = new Markup()
            .Add($"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">""")
            .Add($"""<meta name="viewport" content="width=device-width, initial-scale=1">""")
            .Add($"""<meta name="color-scheme" content="light dark"><title>{report.Title} – evaluation</title>""")
            .Add($"<style>{Markup.Raw(reader.ReadToEnd())}</style></head><body><main aria-label=\"{report.Title}\">\n<header>")
            .Add($"<h1>{report.Title}</h1>")
            .Add($"""<p class="soft">{Side(report.Generated)} against {(report.Real is null
                ? "prompts" : Side(report.Real))}, <time datetime="{report.Created.ToString("o",
                    CultureInfo.InvariantCulture)}">{report.Created.ToString("d MMMM yyyy, HH:mm",
                        CultureInfo.InvariantCulture)}</time></p></header>""");
        page.Add(Verdict.Of(report), v => $"""<p class="verdict">{v.Text}</p>""");
        page.Add(report.Warnings, w => $"""<p class="warning" role="note">{w.Text}</p>""");
        Headline(page, report);
        Scores(page, report);
        Charts(page, report);
        if (report.Samples is { } samples)
            page.Add($"""<section><h2>Samples</h2><figure>{Image(samples,
                    "samples")}<figcaption>{samples.Name}</figcaption></figure></section>{"\n"}""");
        Classes(page, report);
        NeighbourSection.Write(page, report);
        OriginSection.Write(page, report);
        return page.Add($"</main></body></html>\n").ToString();
    }

    internal static Markup Image(ReportedPicture p, string? style = null)
        => new Markup().Add($"""<img {(style is null ? Markup.Raw("")
                : new Markup().Add($"class=\"{style}\" "))}src="data:image/png;base64,{Convert.ToBase64String(
                    p.Png)}" width="{p.Width}" height="{p.Height}" alt="{p.Name}">""");

    /// <summary>Four digits that count.</summary>
    internal static string Number(double? value) => value switch
    {
        null => "–",
        0 => "0",
        { } v when Math.Abs(v) < 1e-4 => v.ToString("0.00e0", CultureInfo.InvariantCulture).Replace("-", "−", StringComparison.Ordinal),
        { } v => v.ToString(Math.Abs(v) switch { >= 1000 => "#,0", >= 100 => "0.0", >= 10 => "0.00", >= 1 => "0.000", _ => "0.0000" },
            CultureInfo.InvariantCulture).Replace("-", "−", StringComparison.Ordinal),
    };

    private static void Headline(Markup page, EvaluationReport report)
    {
        var scores = s_headline.Select(id => report.Scores.FirstOrDefault(s => s.Id == id)).OfType<MetricScore>()
            .Where(s => s.Value is not null).ToList();
        if (scores.Count == 0) return;
        page.Add($"""<ul class="headline" aria-label="Scores">{Markup.Each(scores,
                s => $"<li><span>{s.Name}</span><strong>{Number(s.Value)}</strong><span>{Range(s.Interval)}</span></li>")}</ul>{"\n"}""");
    }

    private static void Scores(Markup page, EvaluationReport report)
    {
        if (report.Scores.Count == 0) return;
        page.Add($"""<section><h2>Scores</h2><div class="table" tabindex="0"><table class="scores">""")
            .Add($"""<caption>The interval is where the score of another sample of the same size would fall, 95 times in 100. A """)
            .Add($"""warning says what the interval cannot show.</caption>""")
            .Add($"""<thead><tr><th scope="col">Score</th><th scope="col" class="number">Value</th>""")
            .Add($"""<th scope="col" class="number">95 % interval</th><th scope="col">How it was taken</th></tr></thead><tbody>{"\n"}""");
        page.Add(report.Scores,
            s => $"""<tr><th scope="row">{s.Name} <span class="note">{(s.LowerIsBetter ? "less is better"
                : "more is better")}</span></th><td class="number">{Number(s.Value)}{Deviation(s)}</td><td class="number">{Range(
                    s.Interval)}</td><td><span class="note">{s.Method?.Text}{(s.Interval is null
                        ? "" : $". Interval: {s.Interval.Method.Text}")}</span>{Markup.Each(s.Warnings,
                            w => $"<p class=\"warning\">{w}</p>")}</td></tr>{"\n"}""");
        page.Add($"</tbody></table></div></section>\n");
    }

    private static Markup Deviation(MetricScore s)
        => s.Deviation is { } d ? new Markup().Add($"""<br><span class="note">s.d. {Number(d)}</span>""") : Markup.Raw("");

    private static string Range(Interval? interval) => interval is null
        ? ""
        : double.IsInfinity(interval.High) ? $"from {Number(interval.Low)}" : $"{Number(interval.Low)} to {Number(interval.High)}";

    private static void Charts(Markup page, EvaluationReport report)
    {
        foreach (var chart in report.Charts.Where(c => c.Series.Any(s => s.Points.Count > 0)))
        {
            var unit = chart.XUnit.Length == 0 ? "" : $" ({chart.XUnit})";
            page.Add($"<section><h2>{chart.Title}</h2><figure>{LineChart.Write(chart)}</figure><details>")
                .Add($"<summary>The numbers</summary><div class=\"table\" tabindex=\"0\"><table><caption>{chart.Title}</caption>")
                .Add($"<thead><tr><th scope=\"col\">Line</th><th scope=\"col\" class=\"number\">{chart.X}{unit}</th>")
                .Add($"<th scope=\"col\" class=\"number\">{chart.Y}</th><th scope=\"col\" class=\"number\">95 % interval</th></tr>")
                .Add($"</thead><tbody>")
                .Add(chart.Series.SelectMany(s => s.Points.OrderBy(p => p.X).Select(p => (s.Name, p))),
                    r => $"<tr><th scope=\"row\">{r.Name}</th><td class=\"number\">{ChartAxis.Label(
                        r.p.X)}</td><td class=\"number\">{Number(r.p.Y)}</td><td class=\"number\">{(r.p.Low is null
                            ? "" : $"{Number(r.p.Low)} to {Number(r.p.High)}")}</td></tr>")
                .Add($"</tbody></table></div></details></section>\n");
        }
    }

    private static void Classes(Markup page, EvaluationReport report)
    {
        if (report.Classes.Count == 0) return;
        page.Add($"""<section><h2>Classes</h2><div class="table" tabindex="0"><table>""")
            .Add($"""<caption>Each class by itself. The distance falls with the number of pictures: compare classes of about equal """)
            .Add($"""numbers.</caption><thead><tr><th scope="col">Class</th><th scope="col" class="number">Real</th>""")
            .Add($"""<th scope="col" class="number">Generated</th><th scope="col" class="number">{report.Distance().Name}</th>""")
            .Add($"""<th scope="col" class="number">95 % interval</th><th scope="col" class="number">Precision</th>""")
            .Add($"""<th scope="col" class="number">Recall</th></tr></thead><tbody>{"\n"}""")
            .Add(report.Classes,
                c => $"""
                    <tr><th scope="row">{c.Name}</th><td class="number">{c.Real:#,0}</td><td class="number">{c.Generated:#,0}</td>
                    <td class="number">{Number(c.Distance)}{(c.Singular && c.Distance is not null ? " *" : "")}</td>
                    <td class="number">{Range(c.Interval)}</td><td class="number">{Number(c.Precision)}</td>
                    <td class="number">{Number(c.Recall)}</td></tr>{"\n"}
                    """)
            .Add($"</tbody></table></div>");
        if (report.Classes.Any(c => c is { Singular: true, Distance: not null }))
            page.Add($"""<p class="soft">* Fewer pictures than features: far too high, and only good for comparing classes of equal """)
                .Add($"""numbers.</p>""");
        page.Add($"</section>\n");
    }

    private static string Side(ReportedSide side)
        => side.Count is { } n ? string.Create(CultureInfo.InvariantCulture, $"{n:#,0} pictures of {side.Name}") : side.Name;
}
