using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Playground.Core.Checkpoints;

/// <summary>diffusers' JSON files: indent 2, sorted keys; unknown keys are passed over, missing ones take the defaults.</summary>
public static class Json
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="PlaygroundException">The file is missing or is not the JSON that it should be.</exception>
    public static T Read<T>(string path)
    {
        if (!File.Exists(path)) throw new PlaygroundException($"'{Path.GetFileName(path)}' is missing from '{Path.GetDirectoryName(path)}'.");
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(file) ?? throw new JsonException("the file says null");
        }
        catch (JsonException e)
        {
            throw new PlaygroundException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    public static void Write<T>(string path, T value)
    {
        var sorted = new JsonObject(JsonSerializer.SerializeToNode(value)!.AsObject().OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        File.WriteAllText(path, sorted.ToJsonString(s_options) + "\n");
    }
}
