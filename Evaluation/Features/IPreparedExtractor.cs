using Playground.Core;
using Playground.Core.Imaging;

namespace Playground.Evaluation.Features;

/// <summary>An extractor whose pictures can be prepared on other threads while it computes, and in batches of mixed sizes.</summary>
public interface IPreparedExtractor : IFeatureExtractor
{
    /// <summary>Floats of one prepared picture.</summary>
    int InputLength { get; }

    /// <summary>Whether the network runs on a CUDA device, which wants few large runs; a processor wants several small ones.</summary>
    bool OnCuda => false;

    /// <summary>Prepares one picture of a batch; any number of threads may do so at once.</summary>
    /// <param name="pictures">Of any size.</param>
    /// <param name="index">Which of them.</param>
    /// <param name="input"><see cref="InputLength"/> values to write.</param>
    void Prepare(PictureBatch pictures, int index, Span<float> input);

    /// <summary>The features of prepared pictures; several threads may ask at once.</summary>
    /// <param name="inputs"><see cref="InputLength"/> values for each, one after the other; the array may be longer.</param>
    /// <param name="count">N, at least 1.</param>
    /// <param name="ct">Ends the computation soon.</param>
    /// <exception cref="NonFiniteFeaturesException">A feature is not a finite number.</exception>
    /// <exception cref="PlaygroundException">The network cannot be run.</exception>
    FeatureBatch Extract(float[] inputs, int count, CancellationToken ct = default);
}

/// <summary>A network gave features that are no numbers.</summary>
/// <param name="index">Which picture of the batch.</param>
/// <param name="extractor">The network's name.</param>
public sealed class NonFiniteFeaturesException(int index, string extractor)
    : PlaygroundException(
        $"Picture {index} of a batch gives features from '{extractor}' that are not finite numbers: its weights are damaged.")
{
    /// <summary>Which picture of the batch.</summary>
    public int Index { get; } = index;
}
