namespace Playground.Server.Datasets.Inspection;

/// <summary>Where a picture's label stands in a file of labels that may come after it.</summary>
/// <param name="File">The path of the labels' file.</param>
/// <param name="Index">0-based.</param>
internal sealed record LabelReference(string File, int Index);

/// <summary>A picture that was taken.</summary>
/// <param name="Name">The path that it came under, cleaned.</param>
/// <param name="Width">Upright.</param>
/// <param name="Height">Upright.</param>
/// <param name="Channels">1 when no pixel has colour, else 3.</param>
/// <param name="IsTransparent">Whether it had an alpha channel.</param>
/// <param name="Format">PNG, JPEG, …</param>
/// <param name="Pixels">The hash of its pixels, 32 hexadecimal digits.</param>
/// <param name="Fingerprint">What it looks like.</param>
internal sealed record InspectedPicture(string Name, int Width, int Height, int Channels, bool IsTransparent, string Format, string Pixels,
    Fingerprint Fingerprint)
{
    /// <summary>Where its file begins in the pack.</summary>
    public long Offset { get; set; }

    /// <summary>Its file's bytes.</summary>
    public int Length { get; set; }

    /// <summary>A class that it came with, rather than one that its folder says.</summary>
    public string? Label { get; set; }

    /// <summary>Where its label will be found.</summary>
    public LabelReference? LabelAt { get; set; }

    public string? Caption { get; set; }

    /// <summary>What else was said of it, by name; null: nothing.</summary>
    public IReadOnlyDictionary<string, string>? Fields { get; set; }

    /// <summary>Index of its class; null when it has none.</summary>
    public int? Class { get; set; }

    /// <summary>The group of duplicates that it is in.</summary>
    public int? Group { get; set; }

    /// <summary>Whether another picture has its very pixels.</summary>
    public bool IsExact { get; set; }
}
