using Playground.Core;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// How often an image shows what its prompt says, told without a model that reads text: the prompt is the caption of real images, and the
/// real image that is nearest to the drawn one should be one of these.
/// </summary>
/// <param name="Nearest">Row of the nearest real image, for each drawn one.</param>
/// <param name="Asked">For each drawn one, whether its prompt is a caption of a real image; the others say nothing.</param>
/// <param name="Followed">For each drawn one, whether the nearest real image has its prompt as a caption.</param>
public sealed record PromptFollowing(IReadOnlyList<int> Nearest, IReadOnlyList<bool> Asked, IReadOnlyList<bool> Followed)
{
    public const string Id = "prompt-following";

    /// <summary>Drawn images whose prompts are captions of real ones.</summary>
    public int AskedCount => Asked.Count(a => a);

    /// <summary>How many of them are nearest to a real image with that caption.</summary>
    public int FollowedCount => Followed.Count(f => f);

    /// <summary>Share of them, 0 to 1; null where there are none.</summary>
    public double? Share => AskedCount == 0 ? null : (double)FollowedCount / AskedCount;

    /// <summary>Where the share of other prompts and seeds would fall, 95 times in 100; null without a share.</summary>
    public Interval? Interval => Share is { } share ? Metrics.Interval.OfShare(share, AskedCount,
        Remark.Of(RemarkCode.IntervalShare, $"Wilson's, over the prompts")) : null;

    /// <param name="real">Features of the real images.</param>
    /// <param name="captions">The captions of each of them.</param>
    /// <param name="drawn">Features of the drawn images.</param>
    /// <param name="prompts">What each of them was drawn from.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="PlaygroundException">There are not as many captions as real images, or prompts as drawn ones.</exception>
    public static PromptFollowing Of(FeatureMatrix real, IReadOnlyList<IReadOnlyList<string>> captions, FeatureMatrix drawn,
        IReadOnlyList<string> prompts, CancellationToken ct = default)
    {
        if (captions.Count != real.Count || prompts.Count != drawn.Count || real.Count == 0)
            throw new PlaygroundException($"There are {captions.Count} captions for {real.Count} real images, and {prompts.Count} prompts "
                + $"for {drawn.Count} drawn ones; each image needs one.");
        var known = captions.SelectMany(c => c).Select(Plain).ToHashSet();
        HashSet<string>[] said = [.. captions.Select(c => c.Select(Plain).ToHashSet())];
        var nearest = new int[drawn.Count];
        Distances.ForEachRow(drawn, real, (row, squared) => nearest[row] = IndexOfLeast(squared), ct);
        bool[] asked = [.. prompts.Select(p => known.Contains(Plain(p)))];
        return new PromptFollowing(nearest, asked, [.. prompts.Select((p, i) => asked[i] && said[nearest[i]].Contains(Plain(p)))]);
    }

    /// <summary>The share as a report says it.</summary>
    /// <param name="real">Real images that were searched.</param>
    public MetricScore ToScore(int real)
    {
        var left = Asked.Count - AskedCount;
        return new MetricScore(Id, "Prompt following", Share)
        {
            Interval = Interval,
            Method = Remark.Of(RemarkCode.HowPrompts,
                $"Share of {AskedCount} images whose nearest of {real} real ones, in the autoencoder's latents, has their prompt as its "
                    + $"caption"),
            Warnings = left == 0 ? [] : [Remark.Of(RemarkCode.PromptsUnknown,
                $"{left} of {Asked.Count} images were drawn from prompts that are no caption of a real image, and do not count.")],
        };
    }

    private static int IndexOfLeast(ReadOnlySpan<double> squared)
    {
        var least = 0;
        for (var j = 1; j < squared.Length; j++) if (squared[j] < squared[least]) least = j;
        return least;
    }

    // Case and space are nothing to tell captions apart by.
    private static string Plain(string text)
        => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
}
