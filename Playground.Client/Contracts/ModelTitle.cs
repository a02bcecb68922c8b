namespace Playground.Client.Contracts;

/// <summary>What people call a model.</summary>
/// <param name="Text">An installed model's name; of a training's checkpoint, the training's name and the step.</param>
/// <param name="Training">The training's name; null: it is no training's checkpoint.</param>
public sealed record ModelTitle(string Text, string? Training);
