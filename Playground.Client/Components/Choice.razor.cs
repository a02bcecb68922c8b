using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>One of several values, from a list that opens.</summary>
/// <typeparam name="TValue">Of the values; null can be one of them.</typeparam>
public sealed partial class Choice<TValue>
{
    private readonly string _id = $"c-{Guid.NewGuid():N}"[..10];

    /// <summary>What can be chosen, in the order of the list.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<Option<TValue>> Options { get; set; } = [];

    /// <summary>The value. One that is not among the options shows the placeholder.</summary>
    [Parameter] public TValue? Value { get; set; }

    /// <summary>Another one was chosen.</summary>
    [Parameter] public EventCallback<TValue> ValueChanged { get; set; }

    /// <summary>What is chosen.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>One short sentence on what it does; null: none.</summary>
    [Parameter] public string? Hint { get; set; }

    /// <summary>Why it cannot be used; null: it can.</summary>
    [Parameter] public string? Problem { get; set; }

    /// <summary>The input's name.</summary>
    [Parameter] public string? Name { get; set; }

    /// <summary>The input's id; null: one of its own.</summary>
    [Parameter] public string? Id { get; set; }

    /// <summary>Shown while nothing is chosen; null: nothing.</summary>
    [Parameter] public string? Placeholder { get; set; }

    /// <summary>Whether it cannot be changed now.</summary>
    [Parameter] public bool Disabled { get; set; }

    /// <summary>Further classes of the frame.</summary>
    [Parameter] public string? Class { get; set; }

    private string InputId => Id ?? _id;

    // The list is of places, so that any value can be in it, null and duplicates too.
    private int? Index
    {
        get
        {
            for (var i = 0; i < Options.Count; i++)
                if (EqualityComparer<TValue?>.Default.Equals(Options[i].Value, Value)) return i;
            return null;
        }
    }

    private Dictionary<string, object?> Attributes => new()
    {
        ["name"] = Name,
        ["aria-labelledby"] = FieldFrame.LabelId(InputId),
        ["aria-describedby"] = FieldFrame.DescribedBy(InputId, Hint, Problem),
    };

    private string? Text(int? index) => index is { } i && i < Options.Count ? Options[i].Text : null;

    private async Task ChooseAsync(int? index)
    {
        if (index is { } i && i < Options.Count && i != Index) await ValueChanged.InvokeAsync(Options[i].Value);
    }
}
