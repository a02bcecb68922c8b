using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Playground.Server.Hosting;

/// <summary>
/// What bodies of requests may be: fields that exist, once each, in the kinds that they have, none of them null that must not be, numbers
/// that are finite. A field with a misspelled name would otherwise be a setting that nobody gets.
/// </summary>
internal static class StrictJson
{
    /// <summary>What is wrong with a field whose value was read and cannot be.</summary>
    public const string NotFinite = "is too large for a number; it must be finite.", HasNull = "has null in it; leave that out.",
        HasTwice = "has a name in it that stands there twice; leave one out.";

    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.Converters.Add(new ObjectConverter());
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(RefuseWhatCannotBe);
        return options;
    }

    // A number such as 1e400 is read as infinity, and null in a list as nothing at all, without a word.
    private static void RefuseWhatCannotBe(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.Set is not { } set) continue;
            property.Set = (target, value) =>
            {
                // The serializer adds the path.
                if (WrongWith(value) is { } wrong) throw new JsonException(wrong);
                set(target, value);
            };
        }
    }

    private static string? WrongWith(object? value) => value switch
    {
        double d => double.IsFinite(d) ? null : NotFinite,
        float f => float.IsFinite(f) ? null : NotFinite,
        IEnumerable<double> list => list.All(double.IsFinite) ? null : NotFinite,
        IEnumerable<string?> list => list.All(s => s is not null) ? null : HasNull,
        IEnumerable<KeyValuePair<string, string?>> map => map.All(p => p.Value is not null) ? null : HasNull,
        _ => null,
    };

    // The serializer's own lets the exception of its dictionary through.
    private sealed class ObjectConverter : JsonConverter<JsonObject>
    {
        private static readonly JsonConverter<JsonObject> s_inner
            = (JsonConverter<JsonObject>)JsonSerializerOptions.Default.GetConverter(typeof(JsonObject));

        public override JsonObject? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return s_inner.Read(ref reader, typeToConvert, options);
            }
            catch (ArgumentException)
            {
                throw new JsonException(HasTwice);
            }
        }

        public override void Write(Utf8JsonWriter writer, JsonObject value, JsonSerializerOptions options)
            => s_inner.Write(writer, value, options);
    }
}
