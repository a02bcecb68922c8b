using System.Text.Json;

namespace Playground.Core.Imaging;

/// <summary>What a text in AUTOMATIC1111's form says, as it says it.</summary>
/// <param name="Prompt">What comes before the settings; may be empty.</param>
/// <param name="NegativePrompt">What comes after "Negative prompt:"; may be empty.</param>
/// <param name="Settings">The last line's keys and values in their order; of two with one key, both.</param>
public sealed record ParsedParameters(string Prompt, string NegativePrompt, IReadOnlyList<KeyValuePair<string, string>> Settings);

public static partial class GenerationParameters
{
    /// <summary>Most settings that are read; a text with more is not of this form.</summary>
    public const int MaxSettings = 200;

    private const string Negative = "Negative prompt:";

    // A last line with fewer is one of the prompt's, which may hold a colon too.
    private const int LeastSettings = 3;

    /// <summary>Reads what <see cref="Format"/> and its kin write.</summary>
    /// <returns>Null where the text is not of this form.</returns>
    public static ParsedParameters? Parse(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Trim().Split('\n');
        if (Line(lines[^1]) is not { Count: >= LeastSettings } settings) return null;
        var (prompt, negative, isNegative) = (new List<string>(), new List<string>(), false);
        foreach (var line in lines[..^1].Select(l => l.Trim()))
        {
            var starts = line.StartsWith(Negative, StringComparison.Ordinal);
            isNegative |= starts;
            (isNegative ? negative : prompt).Add(starts ? line[Negative.Length..].Trim() : line);
        }
        return new(string.Join('\n', prompt).Trim(), string.Join('\n', negative).Trim(), settings);
    }

    // "Key: value, Key: "a, quoted value", …"; null where it is not.
    private static List<KeyValuePair<string, string>>? Line(string line)
    {
        var settings = new List<KeyValuePair<string, string>>();
        for (var at = 0; at < line.Length;)
        {
            var colon = line.IndexOf(':', at);
            if (colon < 0) return string.IsNullOrWhiteSpace(line[at..]) ? settings : null;
            var key = line[at..colon].Trim();
            if (key.Length == 0 || !key.All(IsOfKey) || settings.Count == MaxSettings) return null;
            var start = colon + 1;
            while (start < line.Length && line[start] == ' ') start++;
            var end = start < line.Length && line[start] == '"' ? QuoteEnd(line, start) : start;
            end = line.IndexOf(',', end) is var comma && comma < 0 ? line.Length : comma;
            settings.Add(new(key, Unquote(line[start..end].Trim())));
            at = end + 1;
        }
        return settings;
    }

    private static bool IsOfKey(char c) => char.IsLetterOrDigit(c) || c is '_' or ' ' or '-' or '/' or '(' or ')' or '.' or '+';

    // Behind the closing quote, or the start where there is none.
    private static int QuoteEnd(string line, int start)
    {
        for (var i = start + 1; i < line.Length; i++)
        {
            if (line[i] == '\\') i++;
            else if (line[i] == '"') return i + 1;
        }
        return start;
    }

    private static string Unquote(string value)
    {
        if (value is not ['"', .., '"']) return value;
        try
        {
            return JsonSerializer.Deserialize<string>(value) ?? value;
        }
        catch (JsonException)
        {
            return value;
        }
    }
}
