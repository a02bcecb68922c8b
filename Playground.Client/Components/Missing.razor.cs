using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>A page whose address names something that is not there.</summary>
public sealed partial class Missing
{
    /// <summary>What kind of thing it is, as the heading.</summary>
    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>What there is none of.</summary>
    [Parameter, EditorRequired] public string Text { get; set; } = "";

    /// <summary>Address of the list of those that are there.</summary>
    [Parameter, EditorRequired] public string BackTo { get; set; } = "";

    /// <summary>What that list is called.</summary>
    [Parameter, EditorRequired] public string BackText { get; set; } = "";
}
