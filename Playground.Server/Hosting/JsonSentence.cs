using System.Text.Json;
using System.Text.RegularExpressions;

namespace Playground.Server.Hosting;

/// <summary>What is wrong with a body, in a sentence: the serializer's own words name types that nobody who asks has heard of.</summary>
internal static partial class JsonSentence
{
    private const string See = "See /openapi/v1.json.";

    /// <returns>The field, empty where it is the whole body, and the sentence.</returns>
    public static (string Field, string Sentence) Of(JsonException e)
    {
        var path = e.Path is { Length: > 2 } at ? at[2..] : "";
        // https://github.com/dotnet/runtime: Strings.resx, UnmappedJsonProperty.
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
        return (path, path.Length > 0
            ? $"The value of '{path}' is not of the kind that it must be; numbers are finite and unquoted. {See}"
            : "The body is not JSON of the form that this address takes: an object such as {\"model\": \"mnist\", \"steps\": 50}.");
    }

    // The path ends with the field itself, or with the object that it is in.
    private static string Within(string path, string field)
        => path.Length == 0 || path == field || path.EndsWith($".{field}", StringComparison.Ordinal)
            || path.EndsWith($"['{field}']", StringComparison.Ordinal)
            ? path.Length == 0 ? field : path
            : $"{path}.{field}";

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped to any \\.NET member", RegexOptions.Singleline)]
    private static partial Regex Unmapped();

    // The same: JsonRequiredPropertiesMissing.
    [GeneratedRegex("was missing required properties including: '([^']*)'")]
    private static partial Regex Missing();
}
