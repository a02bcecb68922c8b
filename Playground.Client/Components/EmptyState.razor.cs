using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>Where there is nothing yet: what will be here, and what to do for it.</summary>
public sealed partial class EmptyState
{
    /// <summary>What there is none of, in a few words.</summary>
    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>An icon of MudBlazor's; null: none.</summary>
    [Parameter] public string? Icon { get; set; }

    /// <summary>What it is for, in a sentence or two.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    /// <summary>The way on: a link or a button.</summary>
    [Parameter] public RenderFragment? Action { get; set; }

    /// <summary>Further classes.</summary>
    [Parameter] public string? Class { get; set; }
}
