using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Playground.Server.Hosting;

/// <summary>
/// What bodies of requests may be: fields that exist, once each, in the kinds that they have, none of them null that must not be, numbers
/// that are finite. A field with a misspelled name would otherwise be a setting that nobody gets.
/// </summary>
internal static class StrictJson
{
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
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
                if (!CanBe(value)) throw new JsonException(null, $"$.{property.Name}", null, null);
                set(target, value);
            };
        }
    }

    private static bool CanBe(object? value) => value switch
    {
        double d => double.IsFinite(d),
        float f => float.IsFinite(f),
        IEnumerable<double> list => list.All(double.IsFinite),
        IEnumerable<string?> list => list.All(s => s is not null),
        IEnumerable<KeyValuePair<string, string?>> map => map.All(p => p.Value is not null),
        _ => true,
    };
}
