namespace Playground.Client.Components;

/// <summary>Something that can be chosen.</summary>
/// <param name="Value">What it stands for.</param>
/// <param name="Text">What it is called.</param>
public sealed record Option<TValue>(TValue Value, string Text);
