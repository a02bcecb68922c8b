using System.Globalization;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Evaluations;

/// <summary>The combinations of an evaluation beside each other: which is best, which cannot be told from it, and where each one's interval
/// is on a common scale.</summary>
internal sealed class EvaluationCells
{
    private readonly double _from, _to;

    public EvaluationCells(IReadOnlyList<EvaluationCell> cells)
    {
        var known = cells.Where(c => c.Distance is not null).ToList();
        Best = known.MinBy(c => c.Distance);
        if (known.Count == 0) return;
        // From zero, where that does not push all bars into one corner.
        var (least, most) = (known.Min(c => c.DistanceLow ?? c.Distance!.Value), known.Max(c => c.DistanceHigh ?? c.Distance!.Value));
        _from = least > most / 2 ? least - (most - least) * 0.1 : 0;
        _to = most > _from ? most : _from + 1;
    }

    /// <summary>The one of the least distance; null where none is known.</summary>
    public EvaluationCell? Best { get; }

    /// <summary>Whether its interval overlaps the best one's: the order of the two may be chance.</summary>
    public bool IsLikeBest(EvaluationCell cell) => !ReferenceEquals(cell, Best)
        && Best is { DistanceHigh: { } high } && cell.DistanceLow is { } low && low <= high;

    /// <summary>A style that places the interval's bar; null where there is no interval.</summary>
    public string? BarOf(EvaluationCell cell) => cell is { DistanceLow: { } low, DistanceHigh: { } high }
        ? $"inset-inline-start:{Percent(low)};width:{Width(low, high)}"
        : null;

    /// <summary>A style that places the distance itself.</summary>
    public string MarkOf(EvaluationCell cell) => $"inset-inline-start:{Percent(cell.Distance ?? _from)}";

    private string Percent(double value) => Text(Math.Clamp((value - _from) / (_to - _from), 0, 1));

    private string Width(double low, double high) => Text(Math.Clamp((high - low) / (_to - _from), 0, 1));

    private static string Text(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
