using Playground.Core;
using Playground.Evaluation.Features;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>What is known of the real or of the generated pictures.</summary>
/// <param name="Name">What sentences call it.</param>
/// <param name="Statistics">Of all pictures.</param>
/// <param name="Sample">Features of all or of a random part; null where only statistics were given.</param>
/// <param name="Origin">What the features are features of; null where that is not known.</param>
public sealed record EvaluatedSide(string Name, FeatureStatistics Statistics, FeatureSample? Sample = null, FeatureOrigin? Origin = null)
{
    public EvaluatedSide(string name, StatisticsFile file) : this(name, file.Statistics, file.Sample, file.Origin)
    {
    }

    /// <summary>Whether every picture's features are at hand.</summary>
    internal bool IsWhole => Sample is not null && Sample.Count == Statistics.Count;

    /// <exception cref="PlaygroundException">The two sides are of different extractors.</exception>
    public IReadOnlyList<Remark> RequireComparable(EvaluatedSide other)
    {
        if (Origin is not null && other.Origin is not null)
        {
            Origin.RequireComparable(other.Origin, Name);
            return [];
        }
        if (Statistics.Dimensions != other.Statistics.Dimensions)
            throw new PlaygroundException(
                $"'{Name}' has {Statistics.Dimensions} features, '{other.Name}' {other.Statistics.Dimensions}: they are of different "
                    + "extractors.");
        var nameless = Origin is null ? Name : other.Name;
        return [Remark.Of(RemarkCode.OriginUnknown,
            $"'{nameless}' does not say by which extractor and preprocessing it was made; that both "
            + $"sides are of the same cannot be checked.")];
    }
}
