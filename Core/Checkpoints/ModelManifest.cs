using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Playground.Settings;

namespace Playground.Core.Checkpoints;

/// <summary>What a model's files do not say themselves; <c>playground.json</c> beside <c>model_index.json</c>.</summary>
public sealed record ModelManifest
{
    /// <summary>Most characters of a class's name that are shown.</summary>
    public const int MostShown = 64;

    /// <summary>Most prompts that are shown.</summary>
    public const int MostPrompts = 6;

    /// <summary>Most characters of a prompt that are shown.</summary>
    public const int LongestPrompt = 200;

    // Marks, embeddings, overrides and isolates of the bidirectional algorithm, and separators of lines and paragraphs.
    private static readonly int[] s_directions = [0x200E, 0x200F, .. Enumerable.Range(0x2028, 7), .. Enumerable.Range(0x2066, 4)];

    /// <summary>Number of real classes; the embedding may have one row more, "no class", for classifier-free guidance.</summary>
    [JsonPropertyName("classes")] public int? Classes { get; init; }

    /// <summary>What the classes are called, by label, as their maker wrote it; null: they have no names.</summary>
    [JsonPropertyName("class_names"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Classifier-free guidance that suits it, 0..20; null: what is usual for models of its kind.</summary>
    [JsonPropertyName("guidance"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? Guidance { get; init; }

    /// <summary>Prompts to begin with, as their maker wrote them, for a model that reads text; null: none.</summary>
    [JsonPropertyName("prompts"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Prompts { get; init; }

    /// <summary>How the model was made: data set, steps, batch, learning rate, EMA, seed.</summary>
    [JsonPropertyName("training")] public IReadOnlyDictionary<string, string>? Training { get; init; }

    /// <summary>What it was made from.</summary>
    [JsonPropertyName("lineage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ModelLineage? Lineage { get; init; }

    /// <summary>Whether it came with the program, and is not a person's own.</summary>
    [JsonPropertyName("shipped"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Shipped { get; init; }

    /// <summary>
    /// The first <see cref="MostPrompts"/> of <see cref="Prompts"/> as they can be shown: a line each of at most
    /// <see cref="LongestPrompt"/> characters. Those of which nothing is left are left out.
    /// </summary>
    public IReadOnlyList<string> ShownPrompts()
        => [.. (Prompts ?? []).Select(p => Shown(p, LongestPrompt)).Where(p => p.Length > 0).Take(MostPrompts)];

    /// <summary>What a model's <c>playground.json</c> says; the defaults where there is none.</summary>
    /// <exception cref="PlaygroundException">The file is broken, or its guidance is not within the limits.</exception>
    internal static ModelManifest Read(string path)
    {
        if (!File.Exists(path)) return new ModelManifest();
        var manifest = Json.Read<ModelManifest>(path);
        return manifest.Guidance is null or (>= 0 and <= SamplingSettings.MostGuidance) ? manifest
            : throw new PlaygroundException(string.Create(CultureInfo.InvariantCulture,
                $"playground.json: guidance is {manifest.Guidance}; it must be 0 to {SamplingSettings.MostGuidance}."));
    }

    /// <summary>
    /// <see cref="ClassNames"/> as they can be shown, one for each of <paramref name="classes"/>; empty where they have no names.
    /// </summary>
    /// <exception cref="PlaygroundException">There are more or fewer names than classes.</exception>
    internal IReadOnlyList<string> ShownNames(int? classes)
    {
        if (ClassNames is not { Count: > 0 } names) return [];
        if (names.Count != (classes ?? 0))
            throw new PlaygroundException($"playground.json has {names.Count} class_names, and the model has {classes ?? 0} classes; give "
                + "each class a name, or leave class_names out.");
        return ShownNames(names);
    }

    /// <summary>Names of classes, by label, as they can be shown: a line each of at most <see cref="MostShown"/> characters, without what
    /// hides or turns around the text beside it. One of which nothing is left is its number.</summary>
    public static IReadOnlyList<string> ShownNames(IReadOnlyList<string> names)
        => [.. names.Select((name, k) => Shown(name, MostShown) is { Length: > 0 } shown ? shown : $"{k}")];

    private static string Shown(string? text, int most) => string.Concat((text ?? "").EnumerateRunes().Where(r => !Rune.IsControl(r)
        && !s_directions.Contains(r.Value)).Take(most)).Trim();
}
