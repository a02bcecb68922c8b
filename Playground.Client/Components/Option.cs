namespace Playground.Client.Components;

/// <summary>Something that can be chosen.</summary>
/// <param name="Value">What it stands for.</param>
/// <param name="Text">What it is called.</param>
/// <param name="Hint">One short sentence on it, where there is room for it; null: none.</param>
public sealed record Option<TValue>(TValue Value, string Text, string? Hint = null);
