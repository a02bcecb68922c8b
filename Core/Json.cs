using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Playground.Core;

/// <summary>diffusers' JSON files: indent 2, sorted keys; unknown keys are passed over, missing ones take the defaults.</summary>
public static partial class Json
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // What nobody else writes: a value that may not be null is never null, and what a constructor asks for is there.
    private static readonly JsonSerializerOptions s_complete = new()
    { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <exception cref="PlaygroundException">The file is missing or is not the JSON that it should be.</exception>
    public static T Read<T>(string path) => Read<T>(path, null);

    /// <summary>Reads a file that this program wrote itself, whose values are all there.</summary>
    /// <exception cref="PlaygroundException">The file is missing or is not the JSON that it should be.</exception>
    internal static T ReadOwn<T>(string path) => Read<T>(path, s_complete);

    private static T Read<T>(string path, JsonSerializerOptions? options)
    {
        if (!File.Exists(path))
            throw new PlaygroundException($"'{Path.GetFileName(path)}' is missing from '{Path.GetDirectoryName(path)}'.");
        var text = FileReading.Of(path, () => File.ReadAllText(path));
        try
        {
            return Parse<T>(text, options);
        }
        catch (JsonException e)
        {
            throw JsonFault.Of(path, Infinities().Replace(text, "null"), e);
        }
    }

    // Python writes an infinity as a bare word, which JSON does not know: diffusers' lambda_min_clipped is such a one. It means "no limit".
    internal static T Parse<T>(string json, JsonSerializerOptions? options = null)
        => JsonSerializer.Deserialize<T>(Infinities().Replace(json, "null"), options)
        ?? throw new JsonException("the file says null");

    [GeneratedRegex(@"(?<=:\s*)(-?Infinity|NaN)(?=\s*[,}\]])")]
    private static partial Regex Infinities();

    public static void Write<T>(string path, T value)
    {
        var sorted = new JsonObject(JsonSerializer.SerializeToNode(value)!.AsObject().OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        File.WriteAllText(path, sorted.ToJsonString(s_options) + "\n");
    }
}
