using System.Globalization;
using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Datasets;

/// <summary>How many there are of each, as bars.</summary>
public sealed partial class DatasetBars
{
    private int _largest, _sum;

    /// <summary>What is counted.</summary>
    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>What the rows are.</summary>
    [Parameter, EditorRequired] public string Kind { get; set; } = "";

    /// <summary>The rows.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<DatasetCount> Items { get; set; } = [];

    /// <inheritdoc />
    protected override void OnParametersSet()
        => (_largest, _sum) = (Items.Select(i => i.Count).Append(1).Max(), Items.Sum(i => i.Count));

    private string Width(int count) => (100.0 * count / _largest).ToString("0.#", CultureInfo.InvariantCulture);
}
