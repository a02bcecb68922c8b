namespace Playground.Client.Pages.Sampling;

/// <summary>What the Play page had when a visitor left it for another page; it lasts as long as their tab.</summary>
public sealed class PlayMemory
{
    internal PlaySettings Settings { get; } = new();

    /// <summary>Whether what the browser keeps from earlier visits has been taken.</summary>
    internal bool IsLoaded { get; set; }

    /// <summary>The run that was shown; null: none.</summary>
    internal string? JobId { get; set; }
}
