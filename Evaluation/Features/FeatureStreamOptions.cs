namespace Playground.Evaluation.Features;

/// <summary>How pictures are carried to a network. No value changes the features.</summary>
public sealed record FeatureStreamOptions
{
    /// <summary>Pictures in one run of the network, 1 to 1024.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Runs of the network at once, at least 1; as many as there are cores unless told.</summary>
    public int Runs { get; init; } = Environment.ProcessorCount;

    /// <summary>Pictures that are decoded and prepared ahead of the network, at least 1; two batches for each core unless told.</summary>
    public int Ahead { get; init; } = 16 * Environment.ProcessorCount;

    /// <summary>What suits an extractor: the defaults on a processor, one large run at a time on a CUDA device.</summary>
    internal static FeatureStreamOptions For(IFeatureExtractor extractor)
        => extractor is IPreparedExtractor { OnCuda: true }
            ? new FeatureStreamOptions { BatchSize = 64, Runs = 1, Ahead = 256 }
            : new FeatureStreamOptions();
}

/// <summary>How far a <see cref="FeatureStream"/> is.</summary>
/// <param name="Done">Pictures that have features.</param>
/// <param name="Skipped">Pictures that could not be read.</param>
/// <param name="Total">All pictures.</param>
public readonly record struct FeatureProgress(int Done, int Skipped, int Total);

/// <summary>Features of some pictures, in the order of their source.</summary>
/// <param name="Indices">The pictures' places in the source, rising.</param>
/// <param name="Batch">As many features.</param>
public sealed record PictureFeatures(int[] Indices, FeatureBatch Batch);
