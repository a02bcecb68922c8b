using Playground.Evaluation.Metrics;

namespace Playground.Evaluation.Statistics;

/// <summary>The features that were kept of a set of pictures: of all, or of a random part where they are too many.</summary>
/// <param name="Features">[n, D].</param>
/// <param name="Logits">[n, K]; null where the extractor has none.</param>
/// <param name="Indices">The pictures' places in their set, ascending.</param>
/// <param name="Classes">The name of each one's class; empty where there are none.</param>
public sealed record FeatureSample(FeatureMatrix Features, FeatureMatrix? Logits, IReadOnlyList<int> Indices, IReadOnlyList<string> Classes)
{
    public int Count => Features.Count;

    /// <summary>The rows of one class.</summary>
    public FeatureMatrix OfClass(string name) => Features.Take([.. Enumerable.Range(0, Count).Where(i => Classes[i] == name)]);
}
