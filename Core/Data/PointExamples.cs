using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Playground.Core.Data;

/// <summary>Points of D coordinates as examples, taken as they are.</summary>
public sealed class PointExamples : IExamples
{
    private readonly float[] _values;
    private readonly int[]? _labels;
    private readonly int _dimensions;

    /// <param name="values">Coordinates, [count, D] row-major, each finite.</param>
    /// <param name="dimensions">D, at least 1.</param>
    /// <param name="labels">Each point's class from 0 on; null without classes.</param>
    /// <param name="name">Where they came from.</param>
    /// <exception cref="PlaygroundException">The sizes do not fit each other, or a value is NaN or infinite.</exception>
    public PointExamples(float[] values, int dimensions, int[]? labels = null, string name = "points")
    {
        if (dimensions < 1 || values.Length == 0 || values.Length % dimensions != 0)
            throw new PlaygroundException(
                $"{values.Length} values are no points of {dimensions} coordinates; give a whole number of points, at least one.");
        if (Array.FindIndex(values, v => !float.IsFinite(v)) is >= 0 and var bad)
            throw new PlaygroundException(
                $"Point {bad / dimensions} holds {values[bad]}; every coordinate must be finite. Leave that point out.");
        if (labels is not null && labels.Length != values.Length / dimensions)
            throw new PlaygroundException(
                $"There are {values.Length / dimensions} points and {labels.Length} labels; there must be as many of each.");
        if (labels is not null && labels.Min() < 0)
            throw new PlaygroundException($"A label is {labels.Min()}; labels must count from 0.");
        (_values, _dimensions, _labels, Name) = (values, dimensions, labels, name);
    }

    public string Name { get; }

    public int Count => _values.Length / _dimensions;

    public IReadOnlyList<long> Shape => [_dimensions];

    public int? Classes => _labels?.Max() + 1;

    /// <inheritdoc/>
    public string ContentHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(_values.AsSpan()));
        if (_labels is not null) hash.AppendData(MemoryMarshal.AsBytes(_labels.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public (Tensor X0, Tensor Labels) Read(IReadOnlyList<int> indices)
    {
        var x0 = new float[indices.Count * _dimensions];
        for (var i = 0; i < indices.Count; i++) _values.AsSpan(indices[i] * _dimensions, _dimensions).CopyTo(x0.AsSpan(i * _dimensions));
        return (tensor(x0, [indices.Count, _dimensions]), tensor([.. indices.Select(i => (long)(_labels?[i] ?? 0))], [indices.Count]));
    }
}
