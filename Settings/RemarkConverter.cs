using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playground.Settings;

/// <summary>
/// For documents that are kept: writes a remark as an object, and reads the sentence alone too, as what was stored earlier has it.
/// </summary>
public sealed class RemarkConverter : JsonConverter<Remark>
{
    private sealed record Parts(string Code, string Text, IReadOnlyList<string> Values);

    /// <inheritdoc />
    public override Remark? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.String
            ? new Remark("", reader.GetString()!, [])
            : JsonSerializer.Deserialize<Parts>(ref reader, options) is { Text: not null } parts
                ? new Remark(parts.Code ?? "", parts.Text, parts.Values ?? [])
                : throw new JsonException("a remark has no text");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Remark value, JsonSerializerOptions options)
        => JsonSerializer.Serialize(writer, new Parts(value.Code, value.Text, value.Values), options);
}
