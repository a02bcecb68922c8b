using System.Text.Json.Serialization;

namespace Playground.Core.Data;

/// <summary>What tells one set of examples from another: with any other, a run that goes on would not be the run that began.</summary>
/// <param name="Count">Examples.</param>
/// <param name="Classes">The classes' names in the order of their labels, or their numbers; empty without classes.</param>
/// <param name="Sha256">Of all contents and labels in their order; null where the examples do not tell.</param>
public sealed record DataFingerprint(
    [property: JsonPropertyName("count")] int Count,
    [property: JsonPropertyName("classes")] IReadOnlyList<string> Classes,
    [property: JsonPropertyName("sha256")] string? Sha256)
{
    private const int MostNamed = 5;

    /// <summary>The fingerprint of examples. Reads all of them.</summary>
    public static DataFingerprint Of(IExamples data) => new(data.Count,
        data.ClassNames.Count > 0 ? data.ClassNames : [.. Enumerable.Range(0, data.Classes ?? 0).Select(k => $"{k}")], data.ContentHash());

    /// <summary>What is another in <paramref name="now"/>, as clauses; empty where nothing is.</summary>
    public IReadOnlyList<string> Differences(DataFingerprint now)
    {
        var changes = new List<string>();
        if (Count != now.Count) changes.Add($"there were {Count:N0} examples, and there are {now.Count:N0}");
        if (!Classes.SequenceEqual(now.Classes))
            changes.Add(Classes.Order().SequenceEqual(now.Classes.Order())
                ? $"the classes are in another order: {Named(Classes)} then, {Named(now.Classes)} now"
                : $"the classes were {Named(Classes)}, and are {Named(now.Classes)}");
        if (changes.Count == 0 && Sha256 is not null && now.Sha256 is not null && Sha256 != now.Sha256)
            changes.Add("as many examples of the same classes, but with other contents, labels or order");
        return changes;
    }

    private static string Named(IReadOnlyList<string> classes) => classes.Count == 0 ? "none"
        : string.Join(", ", classes.Take(MostNamed)) + (classes.Count > MostNamed ? $" and {classes.Count - MostNamed} more" : "");
}
