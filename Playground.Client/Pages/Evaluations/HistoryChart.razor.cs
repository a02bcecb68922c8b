using System.Globalization;
using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Evaluations;

/// <summary>How a distance went over the evaluations of one family: points with their intervals, and the same as a table.</summary>
public sealed partial class HistoryChart
{
    /// <summary>What is drawn.</summary>
    [Parameter, EditorRequired] public EvaluationHistory History { get; set; } = null!;

    /// <summary>What samplers are called.</summary>
    [Parameter] public IReadOnlyList<SamplerView> Samplers { get; set; } = [];

    private string Axis => History.IsTraining ? "step" : "evaluation";

    private string Title => T.Plural("HistoryTitle", History.Count, History.IsTraining ? T["Family", History.Family] : History.Family);

    private double Top => Math.Max(History.Points.Max(p => p.Cell.DistanceHigh ?? p.Cell.Distance!.Value), 1e-9);

    private string X(EvaluationHistory.Point point)
    {
        var (first, last) = (History.Points[0].X, History.Points[^1].X);
        return Text(72 + 376 * (last > first ? (point.X - first) / (last - first) : 0.5));
    }

    private string Y(double distance) => Text(128 - 112 * distance / Top);

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
