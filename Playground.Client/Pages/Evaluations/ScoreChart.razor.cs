using System.Globalization;
using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Evaluations;

/// <summary>A distance against steps, time or guidance: a line for each sampler, with intervals, and the same as a table.</summary>
public sealed partial class ScoreChart
{
    private const int Width = 640, Height = 260, Left = 64, Right = 16, Top = 12, Bottom = 32, Colors = 4, MostTicks = 8;

    /// <summary>What is drawn.</summary>
    [Parameter, EditorRequired] public ReportChart Chart { get; set; } = default!;

    private IEnumerable<ReportPoint> Points => Chart.Lines.SelectMany(l => l.Points);

    private string XName => Chart.IsLogarithmic ? T["ChartLogarithmic", T[$"ChartX_{Chart.Id}"]] : T[$"ChartX_{Chart.Id}"];

    private double Most => Math.Max(1e-9, Points.Max(p => p.High ?? p.Y));

    private IEnumerable<double> YTicks => [0, Most / 2, Most];

    // The values that are there: they are few, and chosen by whoever asked.
    private IEnumerable<double> XTicks
    {
        get
        {
            var all = Points.Select(p => p.X).Distinct().Order().ToList();
            return all.Where((_, i) => i % Math.Max(1, (all.Count + MostTicks - 1) / MostTicks) == 0);
        }
    }

    private static string LineClass(int index) => $"line-{index % Colors}";

    private string X(double value)
    {
        var (from, to) = (At(Points.Min(p => p.X)), At(Points.Max(p => p.X)));
        return Text(Left + (Width - Left - Right) * (to > from ? (At(value) - from) / (to - from) * 0.92 + 0.04 : 0.5));
    }

    private double At(double value) => Chart.IsLogarithmic ? Math.Log(Math.Max(value, 1e-9)) : value;

    private string Y(double value) => Text(Height - Bottom - (Height - Bottom - Top) * value / Most);

    private static string Short(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
