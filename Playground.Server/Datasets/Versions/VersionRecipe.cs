using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Core;

namespace Playground.Server.Datasets.Versions;

/// <summary>What a version does with the pictures, besides leaving some out.</summary>
/// <param name="Size">Height and width in pixels.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="Crop">A name of <see cref="DatasetRules.Crops"/>.</param>
/// <param name="Names">By the class that the picture came with: the version's name for it. Equal names make one class.</param>
/// <param name="Classes">The version's classes by label, with how many pictures each has; those without any are not among them.</param>
internal sealed record VersionRecipe(int Size, int Channels, string Crop, IReadOnlyList<string> Names, IReadOnlyList<DatasetClass> Classes)
{
    public static VersionRecipe Parse(string json)
        => JsonSerializer.Deserialize<VersionRecipe>(json) ?? throw new InvalidDataException("A version's recipe is empty.");

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>The version's label of a class that a picture came with.</summary>
    public int? LabelOf(int? source)
    {
        if (source is not { } k) return null;
        for (var i = 0; i < Classes.Count; i++)
            if (Classes[i].Name == Names[k]) return i;
        return null;
    }

    /// <summary>With the classes counted anew over <paramref name="sources"/>, the classes that the version's pictures came with.</summary>
    public VersionRecipe Count(IEnumerable<int?> sources)
    {
        var counts = new Dictionary<string, int>();
        foreach (var source in sources)
            if (source is { } k) counts[Names[k]] = counts.GetValueOrDefault(Names[k]) + 1;
        return this with { Classes = [.. Names.Distinct().Where(counts.ContainsKey).Select(n => new DatasetClass(n, counts[n]))] };
    }

    /// <summary>Bytes of the packed file, nearly.</summary>
    public static long EstimateBytes(int count, int size, int channels) => (long)count * (channels * size * size + 8);
}
