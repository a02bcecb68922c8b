namespace Playground.Client.Resources;

/// <summary>Texts of what is around every page, and of the pages about the program.</summary>
public sealed class ShellTexts;
