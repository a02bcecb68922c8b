namespace Playground.Evaluation.Reports;

/// <summary>The part of a report that says what was compared and how, so that it can be done again.</summary>
internal static class OriginSection
{
    public static void Write(Markup page, EvaluationReport report)
    {
        page.Add($"<section><h2>What was compared</h2><dl>");
        if (report.Extractor is { } extractor) Network(page, "Extractor", extractor);
        if (report.Clip is { } clip) Network(page, "CLIP", clip);
        if (report.Real is { } real) Side(page, "Real", real);
        Side(page, "Generated", report.Generated);
        page.Add($"<dt>Seed</dt><dd>{report.Seed}</dd></dl></section>\n");
        if (report.Real is not null) LeftOut(page, report.Real);
        LeftOut(page, report.Generated);
    }

    private static void Network(Markup page, string name, ReportedExtractor e)
        => page.Add($"""<dt>{name}</dt><dd>{e.Name}, {e.Dimensions:#,0} features, preprocessing {e.Preprocessing}<br>""")
            .Add($"""<span class="note">weights' SHA-256 {e.WeightsHash}""")
            .Add($"""</span>{(e.Note is null ? Markup.Raw("") : new Markup().Add($"<p class=\"warning\">{e.Note.Text}</p>"))}</dd>""");

    private static void Side(Markup page, string name, ReportedSide side)
        => page.Add($"""<dt>{name}</dt><dd>{side.Name}{(side.Count is { } n ? new Markup().Add($", {n:#,0} pictures")
                : Markup.Raw(""))}{(side.Kept is { } kept && kept < side.Count
                    ? new Markup().Add($", of which {kept:#,0} at random for the scores that need each picture")
                        : Markup.Raw(""))}{(side.FromCache ? ", statistics from the cache" : "")}{(side.DataHash is null ? Markup.Raw("")
                            : new Markup().Add($"<br><span class=\"note\">pictures' SHA-256 {side.DataHash}</span>"))}</dd>""");

    private static void LeftOut(Markup page, ReportedSide side)
    {
        if (side.LeftOutCount == 0) return;
        page.Add($"""<section><h2>Left out of {side.Name}</h2><details open><summary>{side.LeftOutCount:#,0} {(side.LeftOutCount == 1
                ? "file" : "files")}</summary><div class="table" tabindex="0"><table><caption>Files that were not used{(side.LeftOutCount
                    > side.LeftOut.Count ? $"; the first {side.LeftOut.Count}"
                        : "")}</caption><thead><tr><th scope="col">File</th><th scope="col">Reason</th></tr></thead><tbody>""")
            .Add(side.LeftOut, f => $"<tr><th scope=\"row\">{f.Name}</th><td>{f.Reason}</td></tr>")
            .Add($"</tbody></table></div></details></section>\n");
    }
}
