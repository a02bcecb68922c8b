using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>How far something is that takes long: a line of text, a bar while it runs, and what can be done about it.</summary>
public sealed partial class JobProgress
{
    /// <summary>What is counted, as a screen reader says it before the number.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>The state in words.</summary>
    [Parameter] public string? Text { get; set; }

    /// <summary>How much is done, from 0 to <see cref="Total"/>.</summary>
    [Parameter] public double Done { get; set; }

    /// <summary>How much there is; null where nobody knows.</summary>
    [Parameter] public double? Total { get; set; }

    /// <summary>Whether it runs or waits to: a bar that stays where it ended would say that something is still to come.</summary>
    [Parameter] public bool IsRunning { get; set; } = true;

    /// <summary>Id of the text; null: none.</summary>
    [Parameter] public string? StatusId { get; set; }

    /// <summary>Buttons beside the text.</summary>
    [Parameter] public RenderFragment? Actions { get; set; }

    /// <summary>Further classes.</summary>
    [Parameter] public string? Class { get; set; }

    // The text says more than the bar, and is announced already.
    private Dictionary<string, object?> Attributes => new() { ["aria-label"] = Label, ["aria-live"] = "off" };
}
