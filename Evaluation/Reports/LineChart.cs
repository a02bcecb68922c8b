using System.Globalization;

namespace Playground.Evaluation.Reports;

/// <summary>A line chart as SVG: each line has its own colour, dash and marker, and its name beside its end.</summary>
internal sealed class LineChart
{
    private const double Top = 16, Bottom = 52, LabelHeight = 16;
    private static readonly string[] s_dashes = ["none", "7 4", "2 4", "10 3 2 3", "1 3", "12 5"];
    private readonly ReportedChart _chart;
    private readonly double _width, _height, _left, _right;
    private readonly ChartAxis _x, _y;

    private LineChart(ReportedChart chart, double width, double height, double left, double right)
    {
        (_chart, _width, _height, _left, _right) = (chart, width, height, left, right);
        var points = chart.Series.SelectMany(s => s.Points).ToList();
        _x = chart.LogX && points.All(p => p.X > 0)
            ? ChartAxis.Logarithmic([.. points.Select(p => p.X)])
            : ChartAxis.Linear([.. points.Select(p => p.X)], fromZero: false);
        _y = ChartAxis.Linear([.. points.Select(p => p.Y), .. points.Select(p => p.Low ?? p.Y), .. points.Select(p => p.High ?? p.Y)],
            fromZero: true);
    }

    /// <summary>
    /// The chart twice, for wide and for narrow pages: the style sheet shows one, in which the letters are of reading size.
    /// </summary>
    /// <param name="chart">At least one point.</param>
    public static Markup Write(ReportedChart chart)
        => new Markup().Add(
            $"{new LineChart(chart, 720, 360, 64, 170).Svg("wide")}{new LineChart(chart, 380, 320, 52, 128).Svg("narrow")}");

    private Markup Svg(string layout)
    {
        var id = $"{string.Concat(_chart.Id.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'))}-{layout}";
        return new Markup()
            .Add($"""<svg class="chart {layout}" viewBox="0 0 {_width} {_height}" role="img" aria-labelledby="{id}-title {id}-desc">""")
            .Add($"""<title id="{id}-title">{_chart.Title}</title><desc id="{id}-desc">{Description()}</desc>{Axes()}""")
            .Add(_chart.Series.Index().Where(s => s.Item.Points.Count > 0), s => $"{Line(s.Item, s.Index)}")
            .Add($"{Labels()}</svg>");
    }

    private Markup Axes()
    {
        var unit = (_chart.XUnit.Length == 0 ? "" : $" ({_chart.XUnit})") + (_x.Log ? ", logarithmic" : "");
        var (end, bottom) = (_width - _right, _height - Bottom);
        return new Markup()
            .Add(_y.Ticks,
                t => $"""<line class="grid" x1="{_left}" x2="{end}" y1="{Y(t)}" y2="{Y(t)}"/><text class="tick" x="{_left - 8}" y="{Y(t)
                    + 4}" text-anchor="end">{ChartAxis.Label(t)}</text>""")
            .Add(_x.Ticks,
                t => $"""<line class="mark" x1="{X(t)}" x2="{X(t)}" y1="{bottom}" y2="{bottom
                    + 5}"/><text class="tick" x="{X(t)}" y="{bottom + 20}" text-anchor="middle">{ChartAxis.Label(t)}</text>""")
            .Add($"""<line class="axis" x1="{_left}" x2="{end}" y1="{bottom}" y2="{bottom}"/><text class="name" x="{(_left + end)
                / 2}" y="{_height - 10}" text-anchor="middle">{_chart.X + unit}</text><text class="name" transform="translate(14 {(Top
                    + bottom) / 2}) rotate(-90)" text-anchor="middle">{_chart.Y}</text>""");
    }

    private Markup Line(ReportedSeries series, int i)
    {
        ReportedPoint[] points = [.. series.Points.OrderBy(p => p.X)];
        var path = string.Join(" ", points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X)},{Y(p.Y)}")));
        return new Markup().Add($"""<g class="s{i % 6}">""")
            .Add(points.Where(p => p is { Low: not null, High: not null }),
                p => $"""<line class="whisker" x1="{X(p.X)}" x2="{X(p.X)}" y1="{Y(p.Low!.Value)}" y2="{Y(p.High!.Value)}"/>""")
            .Add($"""<polyline class="line" stroke-dasharray="{s_dashes[i % s_dashes.Length]}" points="{path}"/>""")
            .Add(points, p => $"""<g transform="translate({X(p.X)} {Y(p.Y)})">{Marker(i)}</g>""")
            .Add($"</g>");
    }

    // Names stand at the ends of their lines, and are moved apart where ends meet.
    private Markup Labels()
    {
        var ends = _chart.Series.Index().Where(s => s.Item.Points.Count > 0)
            .Select(s => (s.Item.Name, s.Index, End: s.Item.Points.MaxBy(p => p.X)!)).OrderBy(s => Y(s.End.Y)).ToList();
        var places = ends.Select(e => Math.Max(Y(e.End.Y), Top + 8)).ToArray();
        for (var i = 1; i < places.Length; i++) places[i] = Math.Max(places[i], places[i - 1] + LabelHeight);
        for (var i = 0; i < places.Length; i++) places[i] = Math.Min(places[i], _height - Bottom - LabelHeight * (places.Length - 1 - i));
        var at = _width - _right;
        return Markup.Each(ends.Zip(places),
            e => $"""<g class="s{e.First.Index % 6}"><line class="leader" x1="{X(e.First.End.X) + 6}" y1="{Y(e.First.End.Y)}" x2="{at
                + 10}" y2="{e.Second}"/><g transform="translate({at + 16} {e.Second})">{Marker(e.First.Index)}</g><text class="label" x="{at
                    + 26}" y="{e.Second + 4}">{Shortened(e.First.Name)}</text></g>""");
    }

    private static Markup Marker(int i) => Markup.Raw((i % 6) switch
    {
        0 => """<circle class="dot" r="4"/>""",
        1 => """<rect class="dot" x="-4" y="-4" width="8" height="8"/>""",
        2 => """<path class="dot" d="M0-5 5 4H-5Z"/>""",
        3 => """<path class="dot" d="M0-5.5 5.5 0 0 5.5-5.5 0Z"/>""",
        4 => """<path class="cross" d="M-4-4 4 4M4-4-4 4"/>""",
        _ => """<circle class="ring" r="4"/>""",
    });

    private string Description()
    {
        var unit = _chart.XUnit.Length > 0 ? " " + _chart.XUnit : "";
        return string.Join(" ", _chart.Series.Select(
            s => $"{s.Name}: {string.Join("; ", s.Points.OrderBy(p => p.X)
                .Select(p => string.Create(CultureInfo.InvariantCulture, $"{ChartAxis.Label(p.X)}{unit} {p.Y:0.###}")))}."));
    }

    private string Shortened(string name)
    {
        const double LetterWidth = 7.6;
        var room = (int)((_right - 26) / LetterWidth);
        return name.Length > room ? name[..(room - 1)] + "…" : name;
    }

    private double X(double value) => Math.Round(_left + _x.Place(value) * (_width - _left - _right), 1);

    private double Y(double value) => Math.Round(_height - Bottom - _y.Place(value) * (_height - Top - Bottom), 1);
}
