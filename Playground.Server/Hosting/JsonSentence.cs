using System.Text.Json;
using System.Text.RegularExpressions;

namespace Playground.Server.Hosting;

/// <summary>
/// What is wrong with a body, in a sentence: the serializer's own words name types that nobody who asks has heard of. What it found, it
/// says in its messages alone: https://github.com/dotnet/runtime, Strings.resx of System.Text.Json.
/// </summary>
internal static partial class JsonSentence
{
    /// <summary>For a body that is none, or not such an object.</summary>
    public const string Body = "The body is not JSON of the form that this address takes: an object such as "
        + "{\"model\": \"mnist\", \"steps\": 50}.";

    private const string See = "See /openapi/v1.json.";
    private const string Whole = "a whole number", Number = "a number", Time = "a time such as 2026-01-31T12:00:00Z";

    private static readonly Dictionary<string, (string Kind, string Limits)> s_types = new()
    {
        [nameof(String)] = ("a text", ""),
        [nameof(Boolean)] = ("true or false", ""),
        [nameof(Int32)] = (Whole, $" from {int.MinValue:N0} to {int.MaxValue:N0}"),
        [nameof(Int64)] = (Whole, $" from {long.MinValue:N0} to {long.MaxValue:N0}"),
        [nameof(UInt64)] = (Whole, $" from 0 to {ulong.MaxValue:N0}"),
        [nameof(Single)] = (Number, ""),
        [nameof(Double)] = (Number, ""),
        [nameof(DateTime)] = (Time, ""),
        [nameof(DateTimeOffset)] = (Time, ""),
    };

    private static readonly Dictionary<string, string> s_tokens = new()
    {
        ["String"] = "a text",
        ["Number"] = "a number",
        ["True"] = "true",
        ["False"] = "false",
        ["Null"] = "null",
        ["StartArray"] = "a list",
        ["StartObject"] = "an object",
    };

    /// <returns>The field, empty where it is the whole body, and the sentence.</returns>
    public static (string Field, string Sentence) Of(JsonException e)
    {
        var path = e.Path is { Length: > 2 } at ? at[2..] : "";
        if (Unmapped().Match(e.Message) is { Success: true } unmapped)
        {
            var field = Within(path, unmapped.Groups[1].Value);
            return (field, $"There is no field '{field}'. Leave it out, or correct its name. {See}");
        }
        if (Missing().Match(e.Message) is { Success: true } missing)
        {
            var field = Within(path, missing.Groups[1].Value);
            return (field, $"The field '{field}' is missing. {See}");
        }
        return (path, path.Length > 0 ? $"'{path}' {Wrong(e)} {See}" : Body);
    }

    private static string Wrong(JsonException e)
    {
        if (e.Message is StrictJson.NotFinite or StrictJson.HasNull or StrictJson.HasTwice) return e.Message;
        if (e.Message.StartsWith("Duplicate propert", StringComparison.Ordinal)) return "stands there twice; leave one out.";
        if (e.Message.Contains("null values", StringComparison.Ordinal)) return "is null; leave it out, or give it a value.";
        if (e.InnerException is JsonException) return "is not JSON: texts are in double quotes, and numbers are finite.";
        var cause = e.InnerException?.Message ?? "";
        if (cause.Contains("UTF-", StringComparison.Ordinal)) return "is not Unicode: a character is cut in half. Leave that one out.";
        if (Expected().Match(e.Message) is not { Success: true } expected) return "is not of the kind that it must be.";
        var type = expected.Groups[1].Value;
        var (kind, limits) = s_types.TryGetValue(type, out var known) ? known : (List().IsMatch(type) ? "a list" : "an object", "");
        if (Found().Match(cause) is not { Success: true } found) return $"must be {kind}{limits}.";
        var token = found.Groups[1].Value;
        var quoted = token == "String" && kind is Whole or Number ? ", without quotes" : "";
        return $"is {s_tokens.GetValueOrDefault(token, token)}; it must be {kind}{quoted}.";
    }

    // The path ends with the field itself, or with the object that it is in.
    private static string Within(string path, string field)
        => path.Length == 0 || path == field || path.EndsWith($".{field}", StringComparison.Ordinal)
            || path.EndsWith($"['{field}']", StringComparison.Ordinal)
            ? path.Length == 0 ? field : path
            : $"{path}.{field}";

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped to any \\.NET member", RegexOptions.Singleline)]
    private static partial Regex Unmapped();

    [GeneratedRegex("was missing required properties including: '([^']*)'")]
    private static partial Regex Missing();

    [GeneratedRegex(@"could not be converted to (?:System\.Nullable`1\[)?(?:System\.)?(.+?)\]?\. Path: ")]
    private static partial Regex Expected();

    [GeneratedRegex("token type '([A-Za-z]+)'")]
    private static partial Regex Found();

    // An array, or a collection of one type: those of two are maps.
    [GeneratedRegex(@"\[$|`1\[")]
    private static partial Regex List();
}
