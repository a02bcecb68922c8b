using System.Globalization;
using Playground.Core.Data.Archives;

namespace Playground.Core.Data;

/// <summary>
/// Classes out of labels and folders: what all images share at the front of their paths says nothing and is dropped, as are folders that
/// only part training from testing; the next folder is the class. Where there are no such folders, what <c>sample</c> put into the names
/// is.
/// </summary>
/// <param name="Names">In order, numbers by value; empty when no image has a class.</param>
/// <param name="Classes">Index of each image's class; null when it has none.</param>
/// <param name="Notes">What was done: <c>splits-merged</c>; <c>unsorted</c> (how many, the class); <c>too-many-classes</c> (how many, the
/// limit).</param>
public sealed record ClassFolders(IReadOnlyList<string> Names, IReadOnlyList<int?> Classes, IReadOnlyList<Remark> Notes)
{
    /// <summary>The class of images that have none where others have one.</summary>
    public const string None = "unsorted";

    /// <summary>More classes than these are taken for none: the folders then are no classes.</summary>
    public const int MaxClasses = 1000;

    private static readonly HashSet<string> s_splits = new(["train", "training", "test", "testing", "val", "valid", "validation", "dev"],
        StringComparer.OrdinalIgnoreCase);

    /// <param name="images">Each image's path, with '/', and the label that it came with; null: what its folder says.</param>
    public static ClassFolders Of(IReadOnlyList<(string Path, string? Label)> images)
    {
        string[] unlabelled = [.. images.Where(p => p.Label is null).Select(p => p.Path)];
        var (folders, dropped) = Folders(unlabelled);
        var names = new string?[images.Count];
        for (int i = 0, u = 0; i < images.Count; i++) names[i] = images[i].Label ?? folders[u++];
        Remark[] notes = dropped
            ? [Remark.Of("splits-merged", $"Folders such as train and test were put together: hold images out when you train instead.")]
            : [];
        if (names.All(n => n is null)) return new([], new int?[images.Count], notes);

        if (names.Count(n => n is null) is > 0 and var loose)
        {
            notes = [.. notes, Remark.Of("unsorted", $"Images in no class's folder: {loose:N0}. They became the class '{None}'.")];
            for (var i = 0; i < names.Length; i++) names[i] ??= None;
        }
        var sorted = Sort(names.OfType<string>().Distinct());
        if (sorted.Length > MaxClasses)
            return new([], new int?[images.Count],
                [.. notes, Remark.Of("too-many-classes",
                    $"There are {sorted.Length:N0} folders or labels, and at most {MaxClasses:N0} can be classes: the images have none.")]);
        var index = sorted.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i);
        return new(sorted, [.. names.Select(n => (int?)index[n!])], notes);
    }

    private static (string?[] Names, bool DroppedSplits) Folders(string[] paths)
    {
        var folders = paths.Select(p => EntryPath.FolderOf(p) is { Length: > 0 } folder ? folder.Split('/') : []).ToArray();
        if (folders.Length == 0) return ([], false);
        var start = Shared(folders, 0);
        var dropped = folders.All(p => p.Length > start && s_splits.Contains(p[start]));
        if (dropped) start = Shared(folders, start + 1);
        string?[] names = [.. folders.Select(p => p.Length > start ? p[start] : null)];
        if (names.All(n => n is null)) names = [.. paths.Select(ImageNames.SampledClassOf)];
        return (names, dropped);
    }

    private static int Shared(string[][] paths, int start)
    {
        while (paths.All(p => p.Length > start && p[start] == paths[0][start])) start++;
        return start;
    }

    private static string[] Sort(IEnumerable<string> names)
    {
        string[] all = [.. names.Order(StringComparer.Ordinal)];
        return all.All(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? [.. all.OrderBy(n => int.Parse(n, CultureInfo.InvariantCulture)).ThenBy(n => n.Length)]
            : all;
    }
}
