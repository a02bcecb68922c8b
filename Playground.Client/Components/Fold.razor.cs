using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>Something that most visitors need not see, folded away until it is asked for.</summary>
public sealed partial class Fold
{
    /// <summary>What is inside.</summary>
    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>Whether it is open at first.</summary>
    [Parameter] public bool Open { get; set; }

    /// <summary>The element's id; null: none.</summary>
    [Parameter] public string? Id { get; set; }

    /// <summary>Further classes.</summary>
    [Parameter] public string? Class { get; set; }

    /// <summary>What is folded.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }
}
