using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Datasets;

/// <summary>What the inspection of a data set found.</summary>
public sealed partial class DatasetReportView
{
    private const int MostCommon = 5;

    /// <summary>The report.</summary>
    [Parameter, EditorRequired] public DatasetReport Report { get; set; } = default!;

    /// <summary>The version that is looked at, for its hash; null: none.</summary>
    [Parameter] public DatasetVersion? Version { get; set; }

    private IReadOnlyList<DatasetCount> Classes => [.. Report.Classes.Select(c => new DatasetCount(c.Name, c.Count))];

    private int Skipped => Report.LeftOut.Sum(r => r.Count);

    private string Listed => Report.Examples.Count < Skipped ? T["FirstListed", Report.Examples.Count] : T["AllListed"];

    private string Common => string.Join(", ", Report.Commonest.Take(MostCommon).Select(c => T["SizeCount", c.Name, c.Count].Value));

    private string Duplicates => (Report.Exact.Extra, Report.Similar.Extra) switch
    {
        (0, 0) => T["NoDuplicates"],
        var (exact, similar) => T["Duplicates", T.Plural("ExactDuplicates", exact), T.Plural("NearDuplicates", similar)],
    };
}
