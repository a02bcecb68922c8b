using System.Globalization;

namespace Playground.Client.Components;

/// <summary>The form of an image that shows several in rows, as the server lays them out: as many in a row as in a column, or one
/// more.</summary>
public static class GridShape
{
    /// <summary>A style that leaves the last row's empty cells transparent; none where there are no empty ones.</summary>
    /// <param name="count">Images in the grid, at least 1.</param>
    public static string? Clip(int count)
    {
        if (count < 1) return null;
        var columns = (int)Math.Ceiling(Math.Sqrt(count));
        var rows = (count + columns - 1) / columns;
        var last = count - (rows - 1) * columns;
        if (last == columns) return null;
        var (x, y) = (Percent(last, columns), Percent(rows - 1, rows));
        return $"clip-path:polygon(0 0,100% 0,100% {y},{x} {y},{x} 100%,0 100%)";
    }

    private static string Percent(int part, int whole) => (100.0 * part / whole).ToString("0.###", CultureInfo.InvariantCulture) + "%";
}
