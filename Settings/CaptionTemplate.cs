using System.Text.RegularExpressions;

namespace Playground.Settings;

/// <summary>What captions are made of: a text in which <c>{field}</c> stands for what an image says of itself under that name.</summary>
public static partial class CaptionTemplate
{
    /// <summary>The field of an image's caption, and that of its class's name.</summary>
    public const string Text = "text", Class = "class";

    /// <summary>Most characters of a field's name.</summary>
    public const int MaxName = 40;

    /// <summary>The fields that a template names, each once.</summary>
    public static IReadOnlyList<string> FieldsOf(string template)
        => [.. Field().Matches(template).Select(m => m.Groups[1].Value).Distinct()];

    /// <summary>Why a template cannot be used, and the fix; null: it can.</summary>
    public static string? ProblemOf(string template)
    {
        if (string.IsNullOrWhiteSpace(template)) return "A caption template is empty; write text, or a field in braces such as {text}.";
        return Field().Replace(template, "").AsSpan().ContainsAny('{', '}')
            ? $"The caption template '{template}' has a brace that is part of no field; write fields as {{name}}, such as {{text}}, and "
                + "leave other braces out."
            : null;
    }

    /// <summary>Whether templates can name a field so.</summary>
    public static bool IsName(string name) => name.Length <= MaxName && Name().IsMatch(name);

    /// <summary>The caption that a template makes; null where a field that it names is missing or empty, or nothing is left.</summary>
    /// <param name="template">Such as <c>{text}, {style}</c>.</param>
    /// <param name="value">What an image says under a name; null: nothing.</param>
    public static string? Fill(string template, Func<string, string?> value)
    {
        var isWhole = true;
        var text = Field().Replace(template, match =>
        {
            if (value(match.Groups[1].Value) is { Length: > 0 } found) return found;
            isWhole = false;
            return "";
        }).Trim();
        return isWhole && text.Length > 0 ? text : null;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Field();

    [GeneratedRegex(@"\A\w+\z")]
    private static partial Regex Name();
}
