using System.Text.Json.Nodes;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Sampling;

/// <summary>Something to begin with: settings for the model that comes with the program, and what comes of them.</summary>
/// <param name="Name">Of its texts and of its image.</param>
/// <param name="Request">For any model of that kind; its own name is filled in.</param>
internal sealed record ExampleRecipe(string Name, SampleRequest Request)
{
    /// <summary>Whether it has a negative prompt.</summary>
    public bool HasNegative { get; init; }

    /// <summary>The image's file.</summary>
    public string Image => $"_content/Playground.Client/examples/{Name.ToLowerInvariant()}.png";

    /// <summary>
    /// For models that read text and name no prompts themselves. They have no image, since every model draws its own, and their prompts
    /// are among the page's texts.
    /// </summary>
    public static IReadOnlyList<ExampleRecipe> OfText { get; } =
    [
        new("Apple", WithPrompt with { Seed = 7 }),
        new("Chinese", WithPrompt with { Seed = 11 }),
        new("Weighted", WithPrompt with { Seed = 3 }) { HasNegative = true },
    ];

    /// <summary>What a prompt is tried with.</summary>
    public static SampleRequest WithPrompt => new()
    {
        Sampler = "dpmpp-2m",
        Steps = 20,
        Guidance = TextSettings.UsualGuidance,
        Count = TextSettings.UsualCount,
    };

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
