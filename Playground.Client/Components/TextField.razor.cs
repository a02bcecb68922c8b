using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Playground.Client.Components;

/// <summary>A text, of one line or of several.</summary>
public sealed partial class TextField
{
    private readonly string _id = $"t-{Guid.NewGuid():N}"[..10];

    /// <summary>The text.</summary>
    [Parameter] public string? Value { get; set; }

    /// <summary>It was changed, and the field left.</summary>
    [Parameter] public EventCallback<string> ValueChanged { get; set; }

    /// <summary>What the text is.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>One short sentence on what it does; null: none.</summary>
    [Parameter] public string? Hint { get; set; }

    /// <summary>Why it cannot be used; null: it can.</summary>
    [Parameter] public string? Problem { get; set; }

    /// <summary>The input's name.</summary>
    [Parameter] public string? Name { get; set; }

    /// <summary>The input's id; null: one of its own.</summary>
    [Parameter] public string? Id { get; set; }

    /// <summary>Shown while the field is empty; null: nothing.</summary>
    [Parameter] public string? Placeholder { get; set; }

    /// <summary>Lines that are shown; above 1 the text may have several.</summary>
    [Parameter] public int Lines { get; set; } = 1;

    /// <summary>Most characters.</summary>
    [Parameter] public int MaxLength { get; set; } = 524288;

    /// <summary>Whether every letter counts at once, and not only when the field is left.</summary>
    [Parameter] public bool IsImmediate { get; set; }

    /// <summary>What kind of text, for the keyboards of phones.</summary>
    [Parameter] public InputType InputType { get; set; } = InputType.Text;

    /// <summary>Further classes of the frame.</summary>
    [Parameter] public string? Class { get; set; }

    private string InputId => Id ?? _id;

    private Dictionary<string, object?> Attributes => new()
    {
        ["name"] = Name,
        ["autocomplete"] = "off",
        ["aria-describedby"] = FieldFrame.DescribedBy(InputId, Hint, Problem),
    };
}
