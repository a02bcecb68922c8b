using Playground.Core.Imaging;

namespace Playground.Evaluation.Features;

/// <summary>
/// Turns pictures into the features that a distance is taken between. Distances of different extractors cannot be compared.
/// </summary>
public interface IFeatureExtractor : IDisposable
{
    /// <summary>What a report calls it, such as <c>fid-inception</c>.</summary>
    string Name { get; }

    /// <summary>What is done to a picture before the network, such as <c>pytorch-fid</c>.</summary>
    string Preprocessing { get; }

    /// <summary>SHA-256 of the weights' file, 64 lower-case hexadecimal digits.</summary>
    string WeightsHash { get; }

    /// <summary>D, the length of a feature vector.</summary>
    int Dimensions { get; }

    /// <summary>K, the number of classes that the network tells apart; null where it has no logits.</summary>
    int? Classes { get; }

    /// <summary>The features of a batch of pictures of one size.</summary>
    /// <exception cref="Core.PlaygroundException">A feature is not a finite number.</exception>
    FeatureBatch Extract(PictureBatch pictures);
}

/// <summary>Features of N pictures.</summary>
/// <param name="Count">N.</param>
/// <param name="Features">[N, D], row by row.</param>
/// <param name="Logits">[N, K], row by row, without the last layer's bias where the network has one; null where there are no
/// logits.</param>
public sealed record FeatureBatch(int Count, float[] Features, float[]? Logits);
