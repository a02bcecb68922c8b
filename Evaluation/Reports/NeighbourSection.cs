namespace Playground.Evaluation.Reports;

/// <summary>The part of a report that shows whether pictures were learnt by heart.</summary>
internal static class NeighbourSection
{
    // Twice and more what chance gives.
    private const double Suspicious = 0.03;

    public static void Write(Markup page, EvaluationReport report)
    {
        if (report.Neighbours is not { } n) return;
        page.Add($"""<section><h2>Nearest real pictures</h2><p>{n.TooNear:0.0%} of {n.Generated:#,0} generated pictures are nearer """)
            .Add($"""to one of {n.Real:#,0} real pictures than 99 in 100 real pictures are to any other """)
            .Add($"""(distance {HtmlReport.Number(n.Threshold)} in the features). Of a model that draws new pictures about 1 % are.""")
            .Add($"""</p>""");
        if (n.TooNear >= Suspicious)
            page.Add($"""<p class="warning" role="note">That is more than chance gives: look at the pairs below for copies of """)
                .Add($"""training pictures, or for pictures that are all alike.</p>""");
        page.Add($"""<ol class="pairs" aria-label="Nearest pairs, the nearest first">{"\n"}""")
            .Add(n.Pairs,
                p => $"<li>{Pictures(p)}generated {p.GeneratedIndex:#,0}, real {p.RealIndex:#,0}<br>distance {HtmlReport.Number(
                    p.Distance)}{(p.TooNear ? " – too near" : "")}</li>\n")
            .Add($"</ol></section>\n");
    }

    private static Markup Pictures(ReportedPair pair)
        => pair is { Generated: { } generated, Real: { } real }
            ? new Markup().Add($"<div>{HtmlReport.Image(generated)}{HtmlReport.Image(real)}</div>")
            : Markup.Raw("");
}
