namespace Playground.Evaluation.Pictures;

/// <summary>Which files of a folder or an archive are taken for pictures, and of which class.</summary>
internal static class PictureNames
{
    private static readonly HashSet<string> s_extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".avif", ".bmp", ".pgm", ".ppm",
    };

    public static string Extensions => string.Join(", ", s_extensions);

    /// <summary>By its extension; hidden files and what macOS puts beside files are none.</summary>
    public static bool IsPicture(string path) => s_extensions.Contains(Path.GetExtension(path))
        && path.Split('/') is var parts && !parts.Any(p => p.StartsWith('.') || p == "__MACOSX");

    /// <summary>The first folder of a path; null for a file outside any.</summary>
    public static string? ClassOf(string path) => path.Split('/') is [var folder, _, ..] ? folder : null;

    /// <summary>Why a file that looks like a picture is none of the set; null where it is one.</summary>
    public static string? LeftOut(string path)
        => path == "grid.png" ? "It is the overview that 'sample' writes beside its pictures." : null;
}
