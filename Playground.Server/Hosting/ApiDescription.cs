using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Playground.Client.Contracts;

namespace Playground.Server.Hosting;

/// <summary>The API's description in OpenAPI, at <c>/openapi/v1.json</c>.</summary>
internal static class ApiDescription
{
    /// <summary>Adds it: its title, and of every setting its choices and its default besides its range.</summary>
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Playground",
                Version = typeof(ApiDescription).Assembly.GetName().Version!.ToString(3),
                Description = "Sample, train and evaluate diffusion models.",
            };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Complete(schema, context);
            return Task.CompletedTask;
        });
    });

    private static void Complete(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        // Of what a converter of ours reads, nothing is known by itself.
        if (context.JsonTypeInfo.Type == typeof(JsonObject)) schema.Type = JsonSchemaType.Object;
        if (context.JsonPropertyInfo is not { } property || SettingOf(property) is not { } setting) return;
        schema.Description = setting.EnglishHint;
        if (setting.Choices is { } choices) schema.Enum = [.. choices.Select(c => (JsonNode)JsonValue.Create(c))];
        schema.Default = setting.Default switch
        {
            null => null,
            string text => JsonValue.Create(text),
            bool flag => JsonValue.Create(flag),
            double number => JsonValue.Create(number),
            var whole => JsonValue.Create(Convert.ToDecimal(whole, CultureInfo.InvariantCulture)),
        };
    }

    // A property may be declared by what the record derives from.
    private static Setting? SettingOf(JsonPropertyInfo property)
    {
        IReadOnlyList<Setting> settings = property.DeclaringType == typeof(TrainingOptions) ? Setting.Of<TrainingOptions>()
            : typeof(SamplingSettings).IsAssignableFrom(property.DeclaringType) ? Setting.Of<SampleRequest>()
            : [];
        return settings.FirstOrDefault(s => s.Name == property.Name);
    }
}
