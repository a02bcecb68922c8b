using Playground.Client.Contracts;
using Playground.Core.Data;
using Playground.Server.Datasets.Versions;
using Playground.Server.Sampling;

namespace Playground.Server.Datasets;

/// <summary>What an edit makes of a version: which pictures it leaves out, and its recipe.</summary>
internal static class VersionEdits
{
    /// <param name="pictures">All of the data set.</param>
    /// <param name="excluded">What the version to start from leaves out.</param>
    /// <param name="recipe">What the version to start from is.</param>
    /// <param name="edit">What is to change.</param>
    /// <exception cref="RequestException">A value is out of its range, or nothing would be left.</exception>
    public static (VersionRecipe Recipe, HashSet<int> Excluded, int Count) Apply(IReadOnlyList<PictureKey> pictures, HashSet<int> excluded,
        VersionRecipe recipe, DatasetEdit edit)
    {
        Check(edit, pictures.Count);
        HashSet<int> left = [.. excluded, .. edit.Exclude ?? []];
        foreach (var name in edit.ExcludeClasses ?? [])
        {
            Require(recipe, name);
            left.UnionWith(pictures.Where(p => p.Class is { } k && recipe.Names[k] == name).Select(p => p.Number));
        }
        if (edit.ExcludeDuplicates is { } kind) left.UnionWith(Duplicates(pictures.Where(p => !left.Contains(p.Number)), kind));
        left.ExceptWith(edit.Include ?? []);

        var kept = pictures.Where(p => !left.Contains(p.Number)).ToList();
        if (kept.Count == 0) throw DatasetRules.Invalid("Every picture would be left out; keep at least one.");
        var made = Renamed(recipe, edit.Rename) with
        { Size = edit.Size ?? recipe.Size, Channels = edit.Channels ?? recipe.Channels, Crop = edit.Crop ?? recipe.Crop };
        if ((long)kept.Count * made.Channels * made.Size * made.Size > StoredDatasetWriter.MaxValues)
            throw DatasetRules.Invalid($"{kept.Count:N0} pictures of {made.Size}×{made.Size} in {made.Channels} channels have more "
                + $"than {StoredDatasetWriter.MaxValues:N0} values, which is the limit. Choose a smaller size, or fewer pictures.");
        return (made.Count(kept.Select(p => p.Class)), left, kept.Count);
    }

    private static void Check(DatasetEdit edit, int count)
    {
        if (edit.Size is < DatasetRules.MinSize or > DatasetRules.MaxSize)
            throw DatasetRules.Invalid($"size is {edit.Size}; it must be {DatasetRules.MinSize} to {DatasetRules.MaxSize}.");
        if (edit.Channels is not (null or 1 or 3))
            throw DatasetRules.Invalid($"channels is {edit.Channels}; it must be 1 (grey) or 3 (colour).");
        if (edit.Crop is { } crop && !DatasetRules.Crops.ContainsKey(crop))
            throw DatasetRules.Invalid($"crop is '{crop}'; it must be one of {string.Join(", ", DatasetRules.Crops.Keys)}.");
        if (edit.ExcludeDuplicates is not (null or "exact" or "similar"))
            throw DatasetRules.Invalid($"excludeDuplicates is '{edit.ExcludeDuplicates}'; it must be exact or similar.");
        foreach (var number in (edit.Exclude ?? []).Concat(edit.Include ?? []))
            if (number < 0 || number >= count)
                throw DatasetRules.Invalid($"There is no picture {number}; the pictures are 0 to {count - 1}.");
    }

    // The first of each group stays.
    private static IEnumerable<int> Duplicates(IEnumerable<PictureKey> pictures, string kind) => pictures
        .GroupBy(p => kind == "exact" ? p.Pixels : p.Duplicates is { } group ? $"#{group}" : $"={p.Number}")
        .SelectMany(g => g.Skip(1).Select(p => p.Number));

    private static VersionRecipe Renamed(VersionRecipe recipe, IReadOnlyDictionary<string, string>? names)
    {
        if (names is null) return recipe;
        var clean = names.ToDictionary(n => n.Key,
            n => DatasetRules.Name(n.Value, $"The new name of the class '{n.Key}'", DatasetRules.MaxClassName));
        foreach (var old in clean.Keys) Require(recipe, old);
        return recipe with { Names = [.. recipe.Names.Select(n => clean.GetValueOrDefault(n, n))] };
    }

    private static void Require(VersionRecipe recipe, string name)
    {
        if (!recipe.Names.Contains(name))
            throw DatasetRules.Invalid($"There is no class '{name}'" + (recipe.Names.Count == 0 ? "; the pictures have no classes."
                : $"; the classes are {string.Join(", ", recipe.Names.Distinct().Take(20))}{(recipe.Names.Count > 20 ? ", …" : "")}."));
    }
}
