using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Imaging;

namespace Playground.Server.Sampling;

/// <summary>What a picture's PNG text says of how it was made: AUTOMATIC1111's line, and a request as JSON that makes it again.</summary>
internal static class Recipe
{
    /// <param name="asked">What was asked for.</param>
    /// <param name="request">The same, as the engine took it.</param>
    /// <param name="model">What made the pictures.</param>
    /// <param name="picture">0-based; null for all of them in one file.</param>
    public static IReadOnlyDictionary<string, string> Of(SampleRequest asked, SamplingRequest request, ModelSummary model, int? picture)
        => new Dictionary<string, string>
        {
            [GenerationParameters.Keyword] = request.Recipe(model, picture),
            // What lies between two pictures is not made alone.
            ["playground"] = JsonSerializer.Serialize(picture is { } i && asked.Interpolate is null
                ? Alone(asked, request, model, i)
                : asked,
            JsonSerializerOptions.Web),
        };

    private static SampleRequest Alone(SampleRequest asked, SamplingRequest request, ModelSummary model, int i) => asked with
    {
        Count = 1,
        Seed = request.SeedOf(i),
        Seeds = [],
        VariationSeed = request.VariationSeed + i,
        Classes = [.. request.ClassesFor(model).Skip(i).Take(1)],
        Init = asked.Init.Count > 0 ? [asked.Init[i % asked.Init.Count]] : [],
    };
}
