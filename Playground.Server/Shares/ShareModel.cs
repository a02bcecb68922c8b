using Playground.Client.Contracts;

namespace Playground.Server.Shares;

/// <summary>An image on a shared page.</summary>
/// <param name="Name">What it is called there.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record ShownImage(string Name, int Width, int Height)
{
    // From there on single pixels do not show.
    private const int Crisp = 128;

    /// <summary>Whether its pixels are to be seen when it is enlarged.</summary>
    public bool IsCrisp => Math.Max(Width, Height) <= Crisp;
}

/// <summary>Something that is known of how an image was made.</summary>
/// <param name="Name">What, as the end of the text's key.</param>
/// <param name="Value">As it is shown.</param>
public sealed record ShownFact(string Name, string Value);

/// <summary>What a shared page shows.</summary>
public sealed record ShareModel
{
    /// <summary>Never empty.</summary>
    public required string Title { get; init; }

    /// <summary>Empty: none.</summary>
    public required string Note { get; init; }

    /// <summary>Whether search engines may list the page.</summary>
    public required bool IsIndexed { get; init; }

    /// <summary>Whether previews of the link may show what is behind it.</summary>
    public required bool HasCover { get; init; }

    /// <summary>Whether the settings can be opened in Play.</summary>
    public required bool Remix { get; init; }

    /// <summary>The page's path, with its token.</summary>
    public required string Path { get; init; }

    /// <summary>Scheme and host that the visitor used.</summary>
    public required string Origin { get; init; }

    /// <summary>Images of the share in all.</summary>
    public int Total { get; init; }

    /// <summary>How many come before the first that is shown.</summary>
    public int First { get; init; }

    /// <summary>From 1 on.</summary>
    public int Page { get; init; } = 1;

    /// <summary>At least 1.</summary>
    public int Pages { get; init; } = 1;

    /// <summary>Those of this page.</summary>
    public IReadOnlyList<ShownImage> Images { get; init; } = [];

    /// <summary>Name of the image before the one that is shown; null: none.</summary>
    public string? Before { get; init; }

    /// <summary>Name of the image after the one that is shown; null: none.</summary>
    public string? After { get; init; }

    /// <summary>How the image was made; empty where the share does not say it.</summary>
    public IReadOnlyList<ShownFact> Facts { get; init; } = [];

    /// <summary>Steps that there are frames of.</summary>
    public IReadOnlyList<int> Steps { get; init; } = [];

    /// <summary>Null where no report is shared.</summary>
    public EvaluationReportView? Report { get; init; }
}
