using System.Text;

namespace Playground.Server.Models;

/// <summary>What a model may be called: its name is a folder's name and a part of addresses.</summary>
internal static class ModelNames
{
    public const int MaxLength = 64;

    /// <summary>Whether a name can be used as it is.</summary>
    public static bool IsFit(string name) => name.Length is > 0 and <= MaxLength && name == Clean(name);

    /// <summary>Why a name cannot be used, and what can.</summary>
    public static string SentenceFor(string name)
        => $"'{Short(name)}' cannot be a model's name: it takes 1 to {MaxLength} letters, digits, '-', '_' and '.', beginning with a "
        + $"letter or a digit{(Clean(name) is { Length: > 0 } fit ? $", such as '{fit}'" : "")}.";

    /// <summary>The nearest name that can be used; empty where nothing is left of it.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder();
        // What is no letter need not be normalized, and half a surrogate pair or a noncharacter cannot be.
        var letters = string.Concat(text.Select(c => char.IsLetterOrDigit(c) || char.IsAscii(c)
            || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.NonSpacingMark ? c : '-'));
        foreach (var c in letters.Normalize(NormalizationForm.FormC))
        {
            if (char.IsLetterOrDigit(c) || (clean.Length > 0 && (c is '-' or '_' or '.'))) clean.Append(c);
            else if (clean.Length > 0 && clean[^1] != '-') clean.Append('-');
            if (clean.Length == MaxLength) break;
        }
        return clean.ToString().TrimEnd('.', '-');
    }

    private static string Short(string name) => name.Length <= MaxLength ? name : name[..MaxLength] + "…";
}
