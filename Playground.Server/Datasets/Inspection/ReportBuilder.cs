using Playground.Client.Contracts;

namespace Playground.Server.Datasets.Inspection;

/// <summary>Counts what the inspection found.</summary>
internal static class ReportBuilder
{
    private const int Commonest = 10;
    private static readonly int[] s_bounds = [16, 32, 64, 128, 256, 512, 1024, 2048, int.MaxValue];

    public static DatasetReport Build(
        IReadOnlyList<InspectedPicture> pictures, IReadOnlyList<string> classes, DuplicateGroups.Found duplicates, LeftOut leftOut,
        int entries, IReadOnlyList<Remark> notes, IReadOnlyList<InspectedFile> files) => new(
        entries,
        pictures.Count,
        Balance(pictures, classes),
        pictures.Count(p => p.Caption is not null),
        pictures.Count(p => p.Channels == 1),
        pictures.Count(p => p.IsTransparent),
        Counts(pictures, p => p.Format),
        Sizes(pictures),
        [.. Counts(pictures, p => $"{p.Width}×{p.Height}").Take(Commonest)],
        duplicates.Exact,
        duplicates.Similar,
        leftOut.Reasons,
        leftOut.Named,
        notes,
        [.. files.Select(f => new DatasetFile(f.Name, new FileInfo(f.Path).Length, f.Sha256))])
        {
            Fields = [.. pictures.SelectMany(p => p.Fields?.Keys ?? []).Distinct().Order(StringComparer.Ordinal)],
        };

    private static List<DatasetClass> Balance(IReadOnlyList<InspectedPicture> pictures, IReadOnlyList<string> classes)
    {
        var counts = new int[classes.Count];
        foreach (var picture in pictures)
            if (picture.Class is { } k) counts[k]++;
        return [.. classes.Select((name, i) => new DatasetClass(name, counts[i]))];
    }

    private static List<DatasetCount> Counts(IReadOnlyList<InspectedPicture> pictures, Func<InspectedPicture, string> key)
        => [.. pictures.GroupBy(key).Select(g => new DatasetCount(g.Key, g.Count())).OrderByDescending(c => c.Count)
            .ThenBy(c => c.Name, StringComparer.Ordinal)];

    // From the first bin that holds one to the last, so that gaps between show.
    private static List<DatasetCount> Sizes(IReadOnlyList<InspectedPicture> pictures)
    {
        var bins = new int[s_bounds.Length];
        foreach (var picture in pictures) bins[Array.FindIndex(s_bounds, b => Math.Min(picture.Width, picture.Height) <= b)]++;
        var (first, last) = (Array.FindIndex(bins, b => b > 0), Array.FindLastIndex(bins, b => b > 0));
        return [.. Enumerable.Range(first, last - first + 1).Select(i => new DatasetCount(NameOf(i), bins[i]))];
    }

    private static string NameOf(int bin) => bin == 0
        ? $"up to {s_bounds[0]}"
        : bin == s_bounds.Length - 1 ? $"over {s_bounds[bin - 1]}" : $"{s_bounds[bin - 1] + 1}–{s_bounds[bin]}";
}
