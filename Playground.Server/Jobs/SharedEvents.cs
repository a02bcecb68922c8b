using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Playground.Client.Contracts;

namespace Playground.Server.Jobs;

/// <summary>Writes an event that many watch once, as UTF-8, and copies it for each of them.</summary>
internal sealed class SharedEvents : JsonConverter<WatchEvent>
{
    // As the hub itself writes: the rest of the message is no page.
    private static readonly JsonSerializerOptions s_plain = new(JsonSerializerDefaults.Web)
    { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // As long as the event itself is there.
    private readonly ConditionalWeakTable<WatchEvent, byte[]> _written = [];

    public override WatchEvent? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => JsonSerializer.Deserialize<WatchEvent>(ref reader, s_plain);

    public override void Write(Utf8JsonWriter writer, WatchEvent value, JsonSerializerOptions options)
        => writer.WriteRawValue(_written.GetValue(value, static e => JsonSerializer.SerializeToUtf8Bytes(e, s_plain)),
            skipInputValidation: true);
}
