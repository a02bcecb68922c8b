namespace Playground.Client.Resources;

/// <summary>Texts of the evaluation pages.</summary>
public sealed class EvaluateTexts;
