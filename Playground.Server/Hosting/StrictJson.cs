using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playground.Server.Hosting;

/// <summary>
/// What bodies of requests may be: fields that exist, in the kinds that they have, none of them null that must not be. A field with a
/// misspelled name would otherwise be a setting that nobody gets.
/// </summary>
internal static class StrictJson
{
    public static void Apply(JsonSerializerOptions options)
    {
        options.RespectNullableAnnotations = true;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
    }
}
