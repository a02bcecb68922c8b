using System.Globalization;
using Playground.Server.Datasets;

namespace Playground.Server.Evaluations;

/// <summary>
/// Which classes of both sides are the same, and what a report calls them: where both have names, those of the same name; otherwise those
/// of the same number.
/// </summary>
/// <param name="real">Names of the reference's classes, by label; empty: none.</param>
/// <param name="generated">Names of the generated images' classes, by label; empty: none.</param>
internal sealed class EvaluatedClasses(IReadOnlyList<string> real, IReadOnlyList<string> generated)
{
    // No number begins with it: such a class has no like on the other side.
    private const char Alone = '~';

    /// <summary>How the class of a generated image is told from others; null: it has none.</summary>
    public string? KeyOf(int label)
    {
        if (label < 0) return null;
        if (real.Count == 0 || label >= generated.Count) return ClassNames.Of(label);
        for (var k = 0; k < real.Count; k++)
            if (real[k] == generated[label]) return ClassNames.Of(k);
        return Alone + generated[label];
    }

    /// <summary>What a class is called; the reference's are told apart by their numbers.</summary>
    public string NameOf(string key)
    {
        if (key.StartsWith(Alone)) return key[1..];
        var names = real.Count > 0 ? real : generated;
        return int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var k) && k < names.Count ? names[k] : key;
    }
}
