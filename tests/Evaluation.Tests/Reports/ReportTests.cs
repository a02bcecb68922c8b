using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CsvHelper;
using Playground.Core;
using Playground.Evaluation.Reports;

namespace Playground.Evaluation.Tests.Reports;

public sealed partial class ReportTests
{
    private static readonly EvaluationReport s_report = Sample.Report();

    [Fact]
    public void The_page_stands_alone_without_script_or_addresses()
    {
        var html = HtmlReport.Write(s_report);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.All(Sources().Matches(html), m => Assert.StartsWith("data:image/png;base64,", m.Groups[1].Value, StringComparison.Ordinal));
        Assert.Equal(17, Sources().Count(html));
    }

    [Fact]
    public void Names_from_outside_are_text_wherever_they_stand()
    {
        var html = HtmlReport.Write(s_report);
        Assert.DoesNotContain("<img src=x", html, StringComparison.Ordinal);
        // The title twice, a class, a left-out file; a chart's label, description and table.
        Assert.True(Escaped().Count(html) >= 6, $"{Escaped().Count(html)}");
    }

    [Fact]
    public void The_page_is_well_formed_and_its_tables_and_charts_can_be_read_aloud()
    {
        var body = HtmlReport.Write(s_report);
        body = body[body.IndexOf("<main ", StringComparison.Ordinal)..body.IndexOf("</body>", StringComparison.Ordinal)];
        var main = XElement.Parse(VoidElements().Replace(body, "$1/>").Replace("<details open>", "<details>", StringComparison.Ordinal));
        Assert.All(main.Descendants("table"), t => Assert.NotEmpty(t.Element("caption")!.Value));
        Assert.All(main.Descendants("th"), t => Assert.Contains((string?)t.Attribute("scope"), new[] { "col", "row" }));
        Assert.All(main.Descendants("img"), i => Assert.NotEmpty((string?)i.Attribute("alt") ?? ""));
        Assert.Equal(4, main.Descendants("svg").Count());
        Assert.All(main.Descendants("svg"), s =>
        {
            string[] ids = [.. ((string?)s.Attribute("aria-labelledby"))!.Split(' ')];
            Assert.Equal(ids, new[] { s.Element("title")!, s.Element("desc")! }.Select(e => (string?)e.Attribute("id")));
            Assert.All(s.Descendants(), e => Assert.DoesNotContain("NaN", e.ToString(), StringComparison.Ordinal));
        });
        Assert.Equal(2 * s_report.Charts.SelectMany(c => c.Series).Count(), main.Descendants("polyline").Count());
        Assert.Equal(6, main.Descendants("polyline")
            .Select(p =>
                $"{(string?)p.Parent!.Attribute("class")} {(string?)p.Attribute("stroke-dasharray")} {p.Ancestors("svg").Single()
                .Element("title")!.Value}").Distinct().Count());
    }

    [Fact]
    public void Scores_intervals_warnings_and_reasons_stand_on_the_page_in_one_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            var html = HtmlReport.Write(s_report);
            foreach (var text in new[] { "4.568", "4.100 to 5.000", "0.0023", "from 0.8500", "FID is biased upwards", "not computed, since",
                "60,000 pictures of MNIST", "4.5%", "2 files", "cannot be compared with FIDs of Inception" })
                Assert.Contains(text, html, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Json_reads_back_as_the_same_report_and_can_leave_pictures_out()
    {
        var json = ReportJson.Write(s_report);
        Assert.Equal(json, ReportJson.Write(ReportJson.Read(json)));
        Assert.Equal(HtmlReport.Write(s_report), HtmlReport.Write(ReportJson.Read(json)));
        Assert.DoesNotContain("\"png\":", ReportJson.Write(s_report, pictures: false), StringComparison.Ordinal);
        Assert.Throws<PlaygroundException>(() => ReportJson.Read("{}"));
    }

    [Fact]
    public void Csv_has_a_row_for_every_number_and_no_cell_that_a_spreadsheet_would_run()
    {
        using var csv = new CsvReader(new StringReader(ReportCsv.Write(s_report with { Title = "=cmd|' /C calc'!A0" })),
            CultureInfo.InvariantCulture);
        var rows = csv.GetRecords<dynamic>().Cast<IDictionary<string, object>>().ToList();
        Assert.Equal(4 + 30 + 1 + 30, rows.Count);
        Assert.Equal("4.5678", rows.Single(r => (string)r["Name"] == "fid")["Value"]);
        Assert.All(rows, r => Assert.Equal("'=cmd|' /C calc'!A0", r["Report"]));
    }

    [Theory]
    [InlineData(0, 1, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(0, 37, "0 10 20 30 40")]
    [InlineData(-3, 4, "-4 -2 0 2 4")]
    [InlineData(5, 5, "0 1 2 3 4 5")]
    public void Axes_are_marked_at_round_values(double low, double high, string expected)
        => Assert.Equal(expected, string.Join(' ', ChartAxis.Linear([low, high], fromZero: true).Ticks.Select(ChartAxis.Label)));

    [Fact]
    public void A_logarithmic_axis_is_marked_at_one_two_and_five()
    {
        var axis = ChartAxis.Logarithmic([3, 300]);
        Assert.Equal("5 10 20 50 100 200", string.Join(' ', axis.Ticks.Select(ChartAxis.Label)));
        Assert.Equal(0.5, axis.Place(30), 12);
    }

    [GeneratedRegex("src=\"([^\"]*)\"")]
    private static partial Regex Sources();

    [GeneratedRegex("&lt;img src=x")]
    private static partial Regex Escaped();

    [GeneratedRegex("(<(?:img|br|meta)[^>]*)>")]
    private static partial Regex VoidElements();
}
