namespace Playground.Client.Resources;

/// <summary>Texts of signing in, of the account and of administration.</summary>
public sealed class AccountTexts;
