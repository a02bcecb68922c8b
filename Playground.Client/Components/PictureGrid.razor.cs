using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>A few images of one size, in rows, with crisp pixels. The browser fetches them; none passes through the circuit.</summary>
public sealed partial class PictureGrid
{
    /// <summary>The images in order.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<Picture> Pictures { get; set; } = [];

    /// <summary>What they are together.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>Height and width of each on the page, in CSS pixels.</summary>
    [Parameter] public int Side { get; set; } = 96;

    /// <summary>The list's id; null: none.</summary>
    [Parameter] public string? Id { get; set; }

    /// <summary>Further classes.</summary>
    [Parameter] public string? Class { get; set; }
}
