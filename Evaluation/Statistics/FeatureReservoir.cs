using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;

namespace Playground.Evaluation.Statistics;

/// <summary>
/// Keeps the features of at most a given number of pictures, each with the same chance (Vitter 1985, algorithm R), however many come.
/// </summary>
public sealed class FeatureReservoir
{
    /// <summary>Bytes of features that are kept of one set: 32,768 pictures at 2048 features.</summary>
    public const long DefaultBytes = 256L << 20;

    private sealed record Kept(int Index, string? Class, float[] Features, float[]? Logits);

    private readonly List<Kept> _kept = [];
    private readonly int _dimensions;
    private readonly int? _classes;
    private readonly Random _random;
    private long _seen;

    /// <param name="dimensions">D.</param>
    /// <param name="classes">K, the length of the logits; null where there are none.</param>
    /// <param name="seed">Decides which pictures are kept where they are too many.</param>
    /// <param name="maxBytes">The most bytes of features and logits that are kept.</param>
    public FeatureReservoir(int dimensions, int? classes, int seed, long maxBytes = DefaultBytes)
    {
        (_dimensions, _classes, _random) = (dimensions, classes, new Random(seed));
        Capacity = (int)Math.Clamp(maxBytes / 4 / Math.Max(dimensions, classes ?? 0), 2,
            Array.MaxLength / Math.Max(dimensions, classes ?? 0));
    }

    /// <summary>The most pictures that are kept.</summary>
    public int Capacity { get; }

    /// <param name="features">Of some pictures of the set.</param>
    /// <param name="classOf">The class of the picture at a place; null where it has none.</param>
    public void Add(PictureFeatures features, Func<int, string?> classOf)
    {
        var batch = features.Batch;
        for (var i = 0; i < batch.Count; i++, _seen++)
        {
            var place = _kept.Count < Capacity ? _kept.Count : _random.NextInt64(_seen + 1);
            if (place >= Capacity) continue;
            var logits = _classes is { } k ? batch.Logits?[(i * k)..((i + 1) * k)] : null;
            var kept = new Kept(features.Indices[i], classOf(features.Indices[i]),
                batch.Features[(i * _dimensions)..((i + 1) * _dimensions)], logits);
            if (place == _kept.Count) _kept.Add(kept);
            else _kept[(int)place] = kept;
        }
    }

    public FeatureSample ToSample()
    {
        _kept.Sort((a, b) => a.Index.CompareTo(b.Index));
        var logits = _classes is { } k && _kept.All(p => p.Logits is not null) ? Stack(_kept.Select(p => p.Logits!), k) : null;
        return new FeatureSample(Stack(_kept.Select(p => p.Features), _dimensions), logits, [.. _kept.Select(p => p.Index)],
            _kept.All(p => p.Class is not null) ? [.. _kept.Select(p => p.Class!)] : []);
    }

    private FeatureMatrix Stack(IEnumerable<float[]> rows, int width)
    {
        var values = new float[_kept.Count * width];
        var at = 0;
        foreach (var row in rows)
        {
            row.CopyTo(values, at);
            at += width;
        }
        return new FeatureMatrix(_kept.Count, width, values);
    }
}
