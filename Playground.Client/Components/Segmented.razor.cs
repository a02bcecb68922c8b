using Microsoft.AspNetCore.Components;

namespace Playground.Client.Components;

/// <summary>One of a few values, all in sight.</summary>
/// <typeparam name="TValue">Of the values.</typeparam>
public sealed partial class Segmented<TValue>
{
    private readonly string _name = $"s-{Guid.NewGuid():N}"[..10];

    /// <summary>What can be chosen, from left to right.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<Option<TValue>> Options { get; set; } = [];

    /// <summary>The value.</summary>
    [Parameter] public TValue? Value { get; set; }

    /// <summary>Another one was chosen.</summary>
    [Parameter] public EventCallback<TValue> ValueChanged { get; set; }

    /// <summary>What is chosen, for screen readers.</summary>
    [Parameter, EditorRequired] public string Label { get; set; } = "";

    /// <summary>The inputs' name; null: one of their own.</summary>
    [Parameter] public string? Name { get; set; }

    /// <summary>Further classes; <c>tabs</c> shows them as tabs.</summary>
    [Parameter] public string? Class { get; set; }

    private bool IsChosen(Option<TValue> option) => EqualityComparer<TValue?>.Default.Equals(option.Value, Value);
}
