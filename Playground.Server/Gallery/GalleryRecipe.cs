using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Playground.Client.Contracts;
using Playground.Core.Imaging;

namespace Playground.Server.Gallery;

/// <summary>How an image of a run was made, as its file says it.</summary>
/// <param name="Request">The request that makes it again.</param>
/// <param name="Json">The same as JSON, with fields that this version does not know too.</param>
/// <param name="Parameters">The same in AUTOMATIC1111's form; empty where the file has none.</param>
/// <param name="ModelHash">First ten digits of the SHA-256 of the weights; empty where not known.</param>
/// <param name="Prompt">What was asked for in words; null: nothing.</param>
/// <param name="NegativePrompt">What was to be kept out; null: nothing.</param>
internal sealed partial record GalleryRecipe(SampleRequest Request, string Json, string Parameters, string ModelHash, string? Prompt,
    string? NegativePrompt)
{
    /// <param name="png">The file that the run made.</param>
    /// <param name="asked">The run's own request, where the file has none.</param>
    public static GalleryRecipe Read(byte[] png, JsonElement asked)
    {
        var text = PngFile.ReadText(png);
        var json = text.GetValueOrDefault("playground") ?? asked.GetRawText();
        var parameters = text.GetValueOrDefault(GenerationParameters.Keyword) ?? "";
        var fields = JsonNode.Parse(json) as JsonObject ?? [];
        return new GalleryRecipe(Parse(json), json, parameters, Hash().Match(parameters).Groups[1].Value, TextOf(fields, "prompt"),
            TextOf(fields, "negativePrompt"));
    }

    /// <summary>A request as the database keeps it; the defaults where it is of a version that says otherwise.</summary>
    public static SampleRequest Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<SampleRequest>(json, JsonSerializerOptions.Web) ?? new();
        }
        catch (JsonException)
        {
            return new();
        }
    }

    /// <summary>What a search looks through.</summary>
    public string SearchTextWith(string? dataset)
        => string.Join(' ', new[] { Prompt, NegativePrompt, Request.Model, Request.Sampler, dataset }.OfType<string>()).ToLowerInvariant();

    private static string? TextOf(JsonObject fields, string name)
        => fields[name] is JsonValue value && value.TryGetValue(out string? text) && !string.IsNullOrWhiteSpace(text) ? text : null;

    [GeneratedRegex("Model hash: ([0-9a-f]{8,64})")]
    private static partial Regex Hash();
}
