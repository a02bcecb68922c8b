namespace Playground.Client.Resources;

/// <summary>What the server says of jobs, by its code.</summary>
public sealed class JobTexts;
