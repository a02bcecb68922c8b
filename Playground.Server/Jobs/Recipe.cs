using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Core.Checkpoints;
using Playground.Core.Imaging;

namespace Playground.Server.Jobs;

/// <summary>What a picture's PNG text says of how it was made: AUTOMATIC1111's line, and the whole request as JSON.</summary>
internal static class Recipe
{
    public static IReadOnlyDictionary<string, string> Of(SampleRequest request, string samplerTitle, ModelSummary model, long seed, int? label) => new Dictionary<string, string>
    {
        [GenerationParameters.Keyword] = GenerationParameters.Format(label is null ? "" : $"class {label}", request.Steps, samplerTitle, request.Guidance, seed, model.SampleSize, model.SampleSize, model.Hash, model.Name),
        ["playground"] = JsonSerializer.Serialize(request with { Seed = seed, Count = label is null ? request.Count : 1, Classes = label is { } k ? [k] : request.Classes }, JsonSerializerOptions.Web),
    };
}
