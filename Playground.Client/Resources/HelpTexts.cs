namespace Playground.Client.Resources;

/// <summary>Texts of the help and about pages, and of the list of keys.</summary>
public sealed class HelpTexts;
