using System.Text.Json.Nodes;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Sampling;

/// <summary>Something to begin with: settings for the model that comes with the program, and what comes of them.</summary>
/// <param name="Name">Of its texts and of its image.</param>
/// <param name="Request">For any model of that kind; its own name is filled in.</param>
internal sealed record ExampleRecipe(string Name, SampleRequest Request)
{
    /// <summary>The image's file.</summary>
    public string Image => $"_content/Playground.Client/examples/{Name.ToLowerInvariant()}.png";

    /// <summary>For models that read text. They have no image: every model draws its own.</summary>
    public static IReadOnlyList<ExampleRecipe> OfText { get; } =
    [
        new("Apple", new() { Prompt = "apple", Steps = 20, Guidance = TextSettings.UsualGuidance, Count = 4, Seed = 7,
            Sampler = "dpmpp-2m" }),
        new("Chinese", new() { Prompt = "笑脸", Steps = 20, Guidance = TextSettings.UsualGuidance, Count = 4, Seed = 11,
            Sampler = "dpmpp-2m" }),
        new("Weighted", new() { Prompt = "a (yellow:1.4) cat", NegativePrompt = "dog", Steps = 25, Guidance = TextSettings.UsualGuidance,
            Count = 4, Seed = 3 }),
    ];

    public static IReadOnlyList<ExampleRecipe> All { get; } =
    [
        new("Digits", new() { Steps = 30, Guidance = 2, Count = 16, Seed = 7 }),
        new("Eights", new()
        {
            Sampler = "dpmpp-2m",
            Options = new JsonObject { ["karrasSigmas"] = true },
            Steps = 15,
            Classes = [8],
            Guidance = 4,
            Count = 16,
            Seed = 21,
        }),
        new("Siblings", new() { Steps = 30, Classes = [3], Guidance = 2, Count = 16, Seed = 12, VariationSeed = 1,
            VariationStrength = 0.3 }),
    ];
}
