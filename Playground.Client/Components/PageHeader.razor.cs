using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>The head of a page: its title, the way back, what is to be known at once, and what can be done with the whole.</summary>
public sealed partial class PageHeader
{
    /// <summary>The page's one heading of the first level; gets the focus after navigation.</summary>
    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>Address of the list that this is from; null: it is from none.</summary>
    [Parameter] public string? BackTo { get; set; }

    /// <summary>What that list is called.</summary>
    [Parameter] public string? BackText { get; set; }

    /// <summary>A line below the title.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    /// <summary>Buttons at the right.</summary>
    [Parameter] public RenderFragment? Actions { get; set; }
}
