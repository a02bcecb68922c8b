using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Playground.Server.Sampling.Recipes;

/// <summary>Why a text cannot be used.</summary>
/// <param name="Length">Its characters, where they are too many; null: some of them cannot be seen.</param>
/// <param name="Most">How many are allowed.</param>
internal sealed record TextProblem(int? Length, int Most);

/// <summary>Text out of files that anybody may have made.</summary>
internal static class UntrustedText
{
    /// <summary>Most characters of a value; names and ids have far fewer.</summary>
    public const int MaxValue = 200;

    /// <summary>Most characters of a prompt.</summary>
    public const int MaxPrompt = 4000;

    private const int Shown = 60;

    /// <summary>
    /// The text as it may stand in a sentence: on one line, without what cannot be seen or turns the writing round, and short.
    /// </summary>
    public static string Show(string text)
    {
        var clean = new string([.. text.Take(Shown + 1).Select(c => IsSeen(c) ? c : ' ')]).Trim();
        return clean.Length <= Shown ? clean : clean[..Shown] + "…";
    }

    /// <summary>Why a value cannot be used; null where it can.</summary>
    public static TextProblem? ProblemOf(string text, int most, bool isLong = false)
        => text.Length > most ? new TextProblem(text.Length, most)
            : text.Any(c => !IsSeen(c) && !(isLong && c is '\n' or '\r' or '\t')) ? new TextProblem(null, most)
            : null;

    /// <summary>The same for whatever strings are in a value.</summary>
    public static TextProblem? ProblemOf(string field, JsonNode? value)
    {
        var isPrompt = field.Contains("prompt", StringComparison.OrdinalIgnoreCase);
        return StringsOf(value).Select(s => ProblemOf(s, isPrompt ? MaxPrompt : MaxValue, isPrompt)).FirstOrDefault(p => p is not null);
    }

    private static IEnumerable<string> StringsOf(JsonNode? value) => value switch
    {
        JsonObject map => map.SelectMany(p => StringsOf(p.Value).Prepend(p.Key)),
        JsonArray list => list.SelectMany(StringsOf),
        JsonValue leaf when leaf.GetValueKind() == JsonValueKind.String => [leaf.GetValue<string>()],
        _ => [],
    };

    private static bool IsSeen(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned);
}
