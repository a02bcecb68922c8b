namespace Playground.Client.Resources;

/// <summary>Texts of the kit, and words that several features use.</summary>
public sealed class SharedTexts;
