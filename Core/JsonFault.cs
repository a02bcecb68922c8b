using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Playground.Core.Files;

namespace Playground.Core;

/// <summary>What is wrong with a file of JSON, in a sentence that names the file, and no type that the program keeps it in.</summary>
internal static partial class JsonFault
{
    /// <param name="path">The file.</param>
    /// <param name="text">What it holds.</param>
    /// <param name="e">What reading it came to.</param>
    /// <param name="wanted">What it must be, where it is JSON: a clause such as "it must be an object".</param>
    public static PlaygroundException Of(string path, string text, Exception e, string? wanted = null)
        => new(FileNature.Of(path)?.Sentence(path) ?? $"'{path}' {Syntax(text) ?? $"cannot be read: {wanted ?? Kind(e)}."}", e);

    // What is no JSON at all; null where it is.
    private static string? Syntax(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "is empty. Copy it again from its source.";
        // Told that more may follow, the reader does not mind an end in the midst of things.
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text + ' '), isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            return $"is not JSON: line {e.LineNumber + 1} is the first that is none. Copy it again from its source.";
        }
        return reader.CurrentDepth > 0 || reader.TokenType is JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray
            ? "is cut off. Copy it again from its source."
            : null;
    }

    private static string Kind(Exception e)
    {
        if (Missing().Match(e.Message) is { Success: true } missing) return $"it lacks {missing.Groups[1].Value}";
        if (e is not JsonException { Path: { Length: > 2 } path, LineNumber: var line })
            return "it must be an object of JSON, in braces { }";
        var kind = Target().Match(e.Message) is { Success: true } target ? WordsOf(target.Groups[1].Value) : null;
        return $"the value of {path[2..]} {(kind is null ? "is not of the kind that it must be" : $"must be {kind}")} (line {line + 1})";
    }

    private static string? WordsOf(string type) => type switch
    {
        "Int32" or "Int64" or "UInt64" => "a whole number",
        "Single" or "Double" => "a number",
        "String" => "a text",
        "Boolean" => "true or false",
        _ when type.EndsWith("[]", StringComparison.Ordinal) => "a list",
        _ => null,
    };

    [GeneratedRegex(@"missing required properties,? including:? (.+?)\.( Path:|$)")]
    private static partial Regex Missing();

    [GeneratedRegex(@"could not be converted to (?:System\.Nullable`1\[)?System\.(\w+(?:\.\w+)*(?:\[\])?)")]
    private static partial Regex Target();
}
