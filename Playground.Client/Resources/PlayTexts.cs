namespace Playground.Client.Resources;

/// <summary>Texts of the Play page.</summary>
public sealed class PlayTexts;
