using Playground.Evaluation.Features;
using Playground.Evaluation.Features.Inception;

namespace Playground.Evaluation.Metrics;

/// <summary>What the Fréchet distance of some features is called: FID with those that FID is defined with, and only there.</summary>
/// <param name="Id">Its score's key in reports: <c>fid</c>, or <see cref="OfOthers"/>.</param>
/// <param name="Name">Such as "FID", or "Fréchet distance, ResNet-18 features".</param>
/// <param name="InfinityId">The key of its extrapolation to infinitely many images.</param>
/// <param name="InfinityName">The extrapolation's name.</param>
public sealed record DistanceName(string Id, string Name, string InfinityId, string InfinityName)
{
    /// <summary>The key of a distance that is not FID.</summary>
    public const string OfOthers = "frechet-distance";

    /// <summary>The key of its extrapolation.</summary>
    public const string InfinityOfOthers = "frechet-distance-infinity";

    private const int InceptionDimensions = 2048;
    private static readonly DistanceName s_fid = new(MetricNames.Fid, "FID", MetricNames.FidInfinity, "FID∞");

    /// <summary>"FID" or "distance", within a sentence.</summary>
    internal string Word => this == s_fid ? "FID" : "distance";

    /// <summary>"FID" or "the distance".</summary>
    internal string The => this == s_fid ? "FID" : "the distance";

    /// <summary>"FID∞" or "the extrapolated distance".</summary>
    internal string TheInfinity => this == s_fid ? "FID∞" : "the extrapolated distance";

    /// <param name="extractor">
    /// What made the features; null where that is not known: pytorch-fid's files do not say, and are of Inception's 2048 features.
    /// </param>
    /// <param name="dimensions">D.</param>
    public static DistanceName Of(string? extractor, int dimensions)
    {
        if (extractor is null ? dimensions == InceptionDimensions : extractor == FidInception.Name) return s_fid;
        var features = extractor is null ? "unknown features"
            : BundledExtractor.All.FirstOrDefault(e => e.Name == extractor)?.FeaturesName ?? $"features of {extractor}";
        return new DistanceName(OfOthers, $"Fréchet distance, {features}", InfinityOfOthers, $"Fréchet distance extrapolated, {features}");
    }

    /// <summary>Whether a score of that key is a Fréchet distance, whatever its features.</summary>
    public static bool Is(string id) => id is MetricNames.Fid or OfOthers;
}
