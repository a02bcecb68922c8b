using Playground.Core;

namespace Playground.Evaluation.Metrics;

/// <summary>The metrics by the names that are asked for.</summary>
public static class MetricNames
{
    public const string Fid = "fid", FidInfinity = "fid-infinity", Kid = "kid", InceptionScore = "inception-score",
        PrecisionRecall = "precision-recall", DensityCoverage = "density-coverage";

    /// <summary>
    /// Those that are taken from an extractor's features, in a report's order. CLIP score and CMMD come with a CLIP model.
    /// </summary>
    public static IReadOnlyList<string> All { get; } = [Fid, FidInfinity, Kid, InceptionScore, PrecisionRecall, DensityCoverage];

    /// <param name="text">Names with commas between; null for all that the pictures allow.</param>
    /// <exception cref="PlaygroundException">A name is none of <see cref="All"/>.</exception>
    public static IReadOnlySet<string>? Parse(string? text)
    {
        if (text is null) return null;
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        var unknown = names.FirstOrDefault(n => !All.Contains(n));
        if (unknown is not null || names.Count == 0)
            throw new PlaygroundException(
                $"The metric '{unknown ?? text}' is not known; choose of {string.Join(", ", All)}, with commas between.");
        return names;
    }
}
