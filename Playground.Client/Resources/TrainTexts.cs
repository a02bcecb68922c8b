namespace Playground.Client.Resources;

/// <summary>Texts of the training pages.</summary>
public sealed class TrainTexts;
