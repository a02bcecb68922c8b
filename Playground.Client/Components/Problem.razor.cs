using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>Something that went wrong, in a sentence that says what to do about it. Nothing where there is none.</summary>
public sealed partial class Problem
{
    /// <summary>The sentence; null or empty: nothing went wrong.</summary>
    [Parameter] public string? Text { get; set; }

    /// <summary>More than a sentence, such as a link to what helps; it counts as a problem by itself.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    /// <summary>The element's id; null: none.</summary>
    [Parameter] public string? Id { get; set; }
}
