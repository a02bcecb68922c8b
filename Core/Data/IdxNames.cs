using System.Text.RegularExpressions;
using Playground.Core.Data.Archives;

namespace Playground.Core.Data;

/// <summary>
/// What the files of MNIST and its kin are called: <c>train-images-idx3-ubyte</c> as they came first, <c>train-images.idx3-ubyte</c> as
/// 7-Zip and Kaggle have them, with <c>.gz</c>, in a folder of their own name; upper case and '_' too.
/// </summary>
public static partial class IdxNames
{
    private const string Images = "images", Labels = "labels";

    /// <summary>The part of a file's name before <c>-images-idx3-ubyte</c>; null where it is not the name of images.</summary>
    public static string? PrefixOf(string name)
        => Pattern().Match(name) is { Success: true } match && IsImages(match) ? match.Groups["prefix"].Value : null;

    /// <summary>The prefixes of all images in a folder, in their ordinal order.</summary>
    public static IReadOnlyList<string> PrefixesIn(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFileSystemEntries(folder).Where(e => FileAt(e) is not null).Select(e => PrefixOf(Path.GetFileName(e)))
            .OfType<string>().Distinct().Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The file of images of a prefix; null where there is none.</summary>
    internal static string? ImagesOf(string prefix) => Find(prefix, Images);

    /// <summary>The file of labels of a prefix; null where there is none.</summary>
    internal static string? LabelsOf(string prefix) => Find(prefix, Labels);

    /// <summary>
    /// What images and labels that belong together have in common, within an archive: their folder and prefix; of another name, the path
    /// without <c>.gz</c>.
    /// </summary>
    public static string KeyOf(string path)
    {
        var (folder, name) = (EntryPath.FolderOf(path), path[(path.LastIndexOf('/') + 1)..]);
        if (Pattern().Match(name) is not { Success: true } match)
            return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        // In a folder of its own name, as Kaggle wraps it.
        if (Pattern().IsMatch(folder[(folder.LastIndexOf('/') + 1)..])) folder = EntryPath.FolderOf(folder);
        return $"{folder}/{match.Groups["prefix"].Value}".ToUpperInvariant();
    }

    private static string? Find(string prefix, string what)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(prefix));
        var name = Path.GetFileName(prefix);
        if (folder is null || name.Length == 0 || !Directory.Exists(folder)) return null;
        return Directory.EnumerateFileSystemEntries(folder, name + "*").Order(StringComparer.Ordinal).Where(e =>
            Pattern().Match(Path.GetFileName(e)) is { Success: true } match && match.Groups["prefix"].Value == name
            && IsImages(match) == (what == Images)).Select(FileAt).FirstOrDefault(f => f is not null);
    }

    // Kaggle wraps each file in a folder of its name.
    private static string? FileAt(string path)
    {
        if (File.Exists(path)) return path;
        var inside = Path.Combine(path, Path.GetFileName(path));
        return File.Exists(inside) ? inside : null;
    }

    private static bool IsImages(Match match) => match.Groups["what"].Value.StartsWith("image", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?<prefix>.+?)[-_.](?<what>images?|labels?)(?=[-_.](idx|ubyte))([-_.](idx[13]?|ubyte))+(\.gz)?$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
