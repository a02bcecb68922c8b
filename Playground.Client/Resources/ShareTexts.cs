namespace Playground.Client.Resources;

/// <summary>Texts of shares: the page that lists them, the dialog that makes them, and the pages that visitors see.</summary>
public sealed class ShareTexts;
