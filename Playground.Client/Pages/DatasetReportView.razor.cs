using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages;

/// <summary>What the inspection of a data set found.</summary>
public sealed partial class DatasetReportView
{
    /// <summary>The report.</summary>
    [Parameter, EditorRequired] public DatasetReport Report { get; set; } = default!;

    private IReadOnlyList<DatasetCount> Classes => [.. Report.Classes.Select(c => new DatasetCount(c.Name, c.Count))];

    private int Skipped => Report.LeftOut.Sum(r => r.Count);

    private string Listed => Report.Examples.Count < Skipped ? $"The first {Report.Examples.Count}" : "All of them";

    private string Duplicates => (Report.Exact.Extra, Report.Similar.Extra) switch
    {
        (0, 0) => "No duplicates found.",
        var (exact, similar) => $"{DatasetText.Count(exact, "exact duplicate")}; "
            + $"{DatasetText.Number(similar)} exact or near duplicates (64-bit difference hash).",
    };
}
