namespace Playground.Client.Components;

/// <summary>An image on the page.</summary>
/// <param name="Source">Its address.</param>
/// <param name="Text">What a screen reader says for it; empty where it says nothing new.</param>
public sealed record Picture(string Source, string Text);
