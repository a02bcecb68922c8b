using System.Globalization;
using System.Text;

namespace Playground.Client.Contracts;

/// <summary>What a model may be called: 1 to 64 letters, digits, '-', '_' and '.', beginning with a letter or a digit.</summary>
public static class ModelName
{
    public const int MaxLength = 64;

    private const string Any = "model";

    /// <summary>The nearest name that can be used, with '-' for spaces; empty where nothing is left of the text.</summary>
    public static string Fit(string text)
    {
        var clean = new StringBuilder();
        // What is no letter need not be normalized, and half a surrogate pair or a noncharacter cannot be.
        var letters = string.Concat(text.Select(c => char.IsLetterOrDigit(c) || char.IsAscii(c)
            || char.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark ? c : ' '));
        foreach (var c in letters.Normalize(NormalizationForm.FormC))
        {
            if (char.IsLetterOrDigit(c) || (clean.Length > 0 && (c is '-' or '_' or '.'))) clean.Append(c);
            else if (clean.Length > 0 && clean[^1] != '-') clean.Append('-');
            if (clean.Length == MaxLength) break;
        }
        return clean.ToString().TrimEnd('.', '-');
    }

    /// <summary>The nearest name that can be used and is not one of <paramref name="taken"/>, in whatever case: with a number after it
    /// where it must be.</summary>
    public static string Suggest(string text, IReadOnlyCollection<string> taken)
    {
        var name = Fit(text) is { Length: > 0 } fit ? fit : Any;
        for (var n = 2; ; n++)
        {
            if (!taken.Contains(name, StringComparer.OrdinalIgnoreCase)) return name;
            var number = n.ToString(CultureInfo.InvariantCulture);
            var stem = Fit(text) is { Length: > 0 } whole ? whole : Any;
            name = $"{stem[..Math.Min(stem.Length, MaxLength - number.Length - 1)]}-{number}";
        }
    }
}
