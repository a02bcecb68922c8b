using Microsoft.Extensions.Localization;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Sampling;

/// <summary>What is known of one image of a run before it is there.</summary>
/// <param name="Caption">Its class and seed.</param>
/// <param name="Label">The same with its number, for screen readers.</param>
internal sealed record ImageFacts(string Caption, string Label)
{
    /// <summary>Of every image of the run, in order.</summary>
    /// <param name="request">The run's.</param>
    /// <param name="model">The run's; null: not known any more.</param>
    /// <param name="texts">Where the words are from.</param>
    public static IReadOnlyList<ImageFacts> Of(SampleRequest request, ModelView? model, IStringLocalizer<PlayTexts> texts)
        => [.. Enumerable.Range(0, Math.Clamp(request.Count, 0, 64)).Select(i =>
        {
            var caption = CaptionOf(request, model, i, texts);
            return new ImageFacts(caption, texts["ImageLabel", i + 1, caption]);
        })];

    private static string CaptionOf(SampleRequest request, ModelView? model, int i, IStringLocalizer<PlayTexts> texts)
    {
        if (request.Interpolate is not null) return texts["CaptionBetween", (double)i / Math.Max(1, request.Count - 1)];
        var varies = request.VariationStrength > 0;
        var seed = request.Seeds.Count > i ? request.Seeds[i] : varies ? request.Seed : request.Seed + i;
        int? drawn = request.Classes.Count > 0 ? request.Classes[i % request.Classes.Count] : model?.Classes is { } all ? i % all : null;
        // Seeds are numbers to type again: no separators.
        var name = varies ? texts["CaptionVariation", $"{seed}", $"{request.VariationSeed + i}"] : texts["CaptionSeed", $"{seed}"];
        return drawn is { } k ? texts["CaptionClass", model?.ClassNames.ElementAtOrDefault(k) ?? $"{k}", name.Value] : name;
    }
}
