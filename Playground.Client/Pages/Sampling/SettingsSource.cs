using Playground.Client.Contracts;

namespace Playground.Client.Pages.Sampling;

/// <summary>Where settings were opened from.</summary>
public enum SettingsSourceKind
{
    /// <summary>An image of the visitor's gallery.</summary>
    Gallery,

    /// <summary>What somebody shares by a link.</summary>
    Share,

    /// <summary>A file of the visitor's.</summary>
    File,
}

/// <summary>Where the settings of the Play page were opened from, to be said and undone.</summary>
/// <param name="Kind">From what.</param>
/// <param name="Name">What somebody called it; anybody may have chosen it.</param>
/// <param name="Path">The way back to it on this server; null: none.</param>
public sealed record SettingsSource(SettingsSourceKind Kind, string? Name, string? Path)
{
    /// <summary>What of it is not used as it stands there, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The settings before, as a browser keeps them; null: those of a first visit.</summary>
    internal string? Before { get; init; }

    /// <summary>Of a recipe that is kept on this server.</summary>
    public static SettingsSource Of(KeptRecipe recipe)
        => new(recipe.Title is null ? SettingsSourceKind.Gallery : SettingsSourceKind.Share, recipe.Title, recipe.Path);
}
