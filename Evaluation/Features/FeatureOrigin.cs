using Playground.Core;

namespace Playground.Evaluation.Features;

/// <summary>What features are features of. Distances mean something only between features of one extractor and one preprocessing.</summary>
/// <param name="Extractor">The extractor's name, such as <c>fid-inception</c>.</param>
/// <param name="Preprocessing">What was done to pictures before the network, such as <c>pytorch-fid</c>.</param>
/// <param name="WeightsHash">SHA-256 of the extractor's file.</param>
/// <param name="DataHash">SHA-256 of the pictures; null where it was not taken.</param>
public sealed record FeatureOrigin(string Extractor, string Preprocessing, string WeightsHash, string? DataHash = null)
{
    /// <param name="other">Where the other side's features are from.</param>
    /// <param name="name">What the error calls this side.</param>
    /// <exception cref="PlaygroundException">The extractor, its weights or the preprocessing differ.</exception>
    public void RequireComparable(FeatureOrigin other, string name)
    {
        if (Extractor != other.Extractor) throw Differs(name, "the extractor", Extractor, other.Extractor);
        if (Preprocessing != other.Preprocessing) throw Differs(name, "the preprocessing", Preprocessing, other.Preprocessing);
        if (WeightsHash != other.WeightsHash)
            throw Differs(name, "weights of SHA-256", WeightsHash[..Math.Min(12, WeightsHash.Length)],
                other.WeightsHash[..Math.Min(12, other.WeightsHash.Length)]);
    }

    private static PlaygroundException Differs(string name, string what, string ours, string theirs)
        => new($"'{name}' was made with {what} '{ours}', the other side with '{theirs}'; their distance would mean nothing. Take both with "
        + "the same.");
}
