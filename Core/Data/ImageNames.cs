using System.Text.RegularExpressions;
using Playground.Core.Data.Archives;

namespace Playground.Core.Data;

/// <summary>What a path says of a file among images, in a folder and in an archive alike.</summary>
public static partial class ImageNames
{
    /// <summary>Why the overview that <c>sample</c> writes is no image of the set.</summary>
    public const string OverviewReason = "It is the overview that 'sample' writes beside its pictures.";

    private const string Overview = "grid.png";

    private static readonly HashSet<string> s_extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".tif", ".tiff", ".avif",
    };

    // Of formats that are not read: such a file is one of the set, and is left out with the reason.
    private static readonly HashSet<string> s_unread = new(StringComparer.OrdinalIgnoreCase)
    {
        ".bmp", ".dib", ".pbm", ".pgm", ".ppm", ".pnm", ".heic", ".heif", ".jp2", ".jxl", ".psd", ".exr", ".qoi", ".dds", ".ico", ".tga",
    };

    /// <summary>The extensions of the formats that are read, for sentences.</summary>
    public static string Extensions => string.Join(", ", s_extensions);

    /// <summary>Whether the file is called like an image, of a format that is read or of another.</summary>
    public static bool IsImage(string path) => Path.GetExtension(path) is var end && (s_extensions.Contains(end) || s_unread.Contains(end));

    /// <summary>Whether the path belongs to what tools and file managers leave behind, or is hidden.</summary>
    public static bool IsSystem(string path) => EntryPath.IsSystem(path);

    /// <summary>
    /// The paths that are overviews: <c>grid.png</c> at the top among others, or beside images as <c>sample</c> calls them.
    /// </summary>
    public static IReadOnlySet<string> OverviewsIn(IReadOnlyCollection<string> paths)
    {
        var sampled = paths.Where(p => IsSampled(p)).Select(EntryPath.FolderOf).ToHashSet(StringComparer.Ordinal);
        return paths.Where(p => NameOf(p) == Overview && ((p == Overview && paths.Count > 1) || sampled.Contains(EntryPath.FolderOf(p))))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Whether the file is called as <c>sample</c> calls what it writes: <c>00000.png</c>, <c>00000-class3.png</c>.</summary>
    public static bool IsSampled(string path) => Sampled().IsMatch(NameOf(path));

    /// <summary>Whether <c>sample</c> writes files of that name, its overview among them.</summary>
    public static bool IsOutput(string path) => NameOf(path) == Overview || IsSampled(path);

    /// <summary>The class that <c>sample</c> put into the name; null where there is none.</summary>
    public static string? SampledClassOf(string path)
        => Sampled().Match(NameOf(path)) is { Success: true } match && match.Groups["class"] is { Success: true } group
            ? group.Value
            : null;

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    [GeneratedRegex(@"^[0-9]{5,}(-class(?<class>[0-9]+))?\.png$")]
    private static partial Regex Sampled();
}
