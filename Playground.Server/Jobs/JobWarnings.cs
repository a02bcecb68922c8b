using System.Text.Json;

namespace Playground.Server.Jobs;

/// <summary>A job's warnings in what is kept of it: <c>{"warnings": […]}</c> as its result.</summary>
internal static class JobWarnings
{
    private const string Field = "warnings";

    /// <summary>Null where there are none.</summary>
    public static JsonElement? ToResult(IReadOnlyList<string> warnings)
        => warnings.Count == 0
            ? null
            : JsonSerializer.SerializeToElement(new Dictionary<string, IReadOnlyList<string>> { [Field] = warnings });

    /// <summary>Those in a result of whatever kind.</summary>
    public static IReadOnlyList<string> In(JsonElement? result)
        => result is { ValueKind: JsonValueKind.Object } all && all.TryGetProperty(Field, out var list)
            && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(w => w.ValueKind == JsonValueKind.String).Select(w => w.GetString()!)]
            : [];
}
