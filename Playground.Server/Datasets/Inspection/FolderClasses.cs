using System.Globalization;
using Playground.Core.Data.Archives;

namespace Playground.Server.Datasets.Inspection;

/// <summary>
/// Classes out of folders: what all pictures share at the front of their paths says nothing and is dropped, as are folders that only part
/// training from testing; the next folder is the class.
/// </summary>
internal static class FolderClasses
{
    /// <summary>The class of pictures that have none where others have one.</summary>
    public const string None = "unsorted";

    /// <summary>More classes than these are taken for none: the folders then are no classes.</summary>
    public const int MaxClasses = 1000;

    private static readonly HashSet<string> s_splits = new(["train", "training", "test", "testing", "val", "valid", "validation", "dev"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Gives each picture its class: its own label, or its folder's.</summary>
    /// <returns>The classes' names in order (numbers by value), empty when no picture has one; and sentences about what was done.</returns>
    public static (IReadOnlyList<string> Names, IReadOnlyList<string> Notes) Assign(IReadOnlyList<InspectedPicture> pictures)
    {
        var unlabelled = pictures.Where(p => p.Label is null).ToList();
        var (folders, dropped) = Folders(unlabelled);
        var names = new string?[pictures.Count];
        for (int i = 0, u = 0; i < pictures.Count; i++) names[i] = pictures[i].Label ?? folders[u++];
        string[] notes = dropped ? ["Folders such as train and test were put together: hold pictures out when you train instead."] : [];
        if (names.All(n => n is null)) return ([], notes);

        for (var i = 0; i < names.Length; i++) names[i] ??= None;
        var sorted = Sort(names.OfType<string>().Distinct());
        if (sorted.Length > MaxClasses)
            return ([],
                [.. notes, $"There are {sorted.Length:N0} folders or labels; more than {MaxClasses:N0} are not taken for classes, so the "
                + "pictures have none."]);
        var index = sorted.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i);
        for (var i = 0; i < names.Length; i++) pictures[i].Class = index[names[i]!];
        return (sorted, notes);
    }

    private static (string?[] Names, bool DroppedSplits) Folders(List<InspectedPicture> pictures)
    {
        var paths = pictures.Select(p => EntryPath.FolderOf(p.Name) is { Length: > 0 } folder ? folder.Split('/') : []).ToArray();
        if (paths.Length == 0) return ([], false);
        var start = Shared(paths, 0);
        var dropped = paths.All(p => p.Length > start && s_splits.Contains(p[start]));
        if (dropped) start = Shared(paths, start + 1);
        return ([.. paths.Select(p => p.Length > start ? p[start] : null)], dropped);
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
