using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>
/// A button that opens a few others, above itself or below, at the end of a row. It needs no circuit, and opens within a dialog too.
/// </summary>
public sealed partial class ActionMenu
{
    /// <summary>What the button says.</summary>
    [Parameter, EditorRequired] public string Text { get; set; } = "";

    /// <summary>The icon before it.</summary>
    [Parameter, EditorRequired] public string Icon { get; set; } = "";

    /// <summary>What it says when it is pointed at; null: nothing.</summary>
    [Parameter] public string? Hint { get; set; }

    /// <summary>Whether it opens below: at the head of a page.</summary>
    [Parameter] public bool OpensDown { get; set; }

    /// <summary>What it opens.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    /// <summary>For the element around it all.</summary>
    [Parameter(CaptureUnmatchedValues = true)] public IReadOnlyDictionary<string, object>? More { get; set; }
}
