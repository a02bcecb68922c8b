using Playground.Core;
using Playground.Evaluation.Features;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Evaluation.Statistics;

/// <summary>Features of N pictures, all finite.</summary>
/// <param name="Count">N.</param>
/// <param name="Dimensions">D.</param>
/// <param name="Values">[N, D], row by row.</param>
public sealed record FeatureMatrix(int Count, int Dimensions, float[] Values)
{
    /// <summary>[N, D], row by row.</summary>
    /// <exception cref="PlaygroundException">The length does not fit the shape, or a value is not a finite number.</exception>
    public float[] Values { get; } = Checked(Count, Dimensions, Values);

    public ReadOnlySpan<float> Row(int i) => Values.AsSpan(i * Dimensions, Dimensions);

    /// <summary>The rows at <paramref name="indices"/>, in that order.</summary>
    public FeatureMatrix Take(IReadOnlyList<int> indices)
    {
        var values = new float[indices.Count * Dimensions];
        for (var i = 0; i < indices.Count; i++) Row(indices[i]).CopyTo(values.AsSpan(i * Dimensions));
        return new FeatureMatrix(indices.Count, Dimensions, values);
    }

    /// <summary>At most <paramref name="count"/> rows, chosen by <paramref name="random"/>, in their own order.</summary>
    public FeatureMatrix AtMost(int count, Random random) => Count <= count ? this : Take([.. Draw.Subset(Count, count, random).Order()]);

    /// <summary>Rows as a float64 tensor, for the caller's scope to free.</summary>
    internal Tensor ToTensor(int from = 0, int? count = null)
    {
        var rows = count ?? Count - from;
        return tensor(Values[(from * Dimensions)..((from + rows) * Dimensions)], [rows, Dimensions]).to(float64);
    }

    private static float[] Checked(int count, int dimensions, float[] values)
    {
        if (dimensions < 1 || count < 0 || values.Length != (long)count * dimensions)
            throw new PlaygroundException($"{values.Length} features do not make {count} pictures of {dimensions}.");
        RequireFinite(values, dimensions);
        return values;
    }

    /// <exception cref="PlaygroundException">A value is not a finite number; the first such is named.</exception>
    internal static void RequireFinite(ReadOnlySpan<float> values, int dimensions, long first = 0)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new PlaygroundException(
                    $"Feature {i % dimensions} of picture {first + i / dimensions} is {values[i]}: the extractor's weights or its input "
                        + "are broken, so no score would mean anything.");
        }
    }
}
