using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;

namespace Playground.Evaluation.Features.Resizing;

/// <summary>
/// Resizes pictures to one size, first along the lines, then across them, in float32. Weights are computed once for each size of
/// picture that comes; buffers are rented. Any number of threads may use one resizer.
/// </summary>
/// <param name="filter">How.</param>
/// <param name="size">Both sides of the result in pixels.</param>
internal sealed class Resizer(ResizeFilter filter, int size)
{
    // Rows that go through the first pass together, one in each lane.
    private const int Rows = 32;
    private const int RememberedSizes = 256;
    private readonly ConcurrentDictionary<int, ResizeWeights> _weights = new();

    /// <summary>Resizes one channel of a picture; its shape is not kept, as in the originals.</summary>
    /// <param name="pixels">Interleaved bytes [height, width, channels].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="channels">Bytes in a pixel.</param>
    /// <param name="channel">Which of them.</param>
    /// <param name="result">[size, size], about 0 to 255 (bicubic may go beyond).</param>
    public void Resize(ReadOnlySpan<byte> pixels, int height, int width, int channels, int channel, Span<float> result)
    {
        var lines = ArrayPool<float>.Shared.Rent(height * size);
        var block = ArrayPool<float>.Shared.Rent(width * Rows);
        var (along, across) = (WeightsFor(width), WeightsFor(height));
        for (var top = 0; top < height; top += Rows)
        {
            var rows = Math.Min(Rows, height - top);
            for (var r = 0; r < rows; r++)
            {
                var row = pixels.Slice((top + r) * width * channels, width * channels);
                for (int x = 0, i = channel; x < width; x++, i += channels) block[x * Rows + r] = row[i];
            }
            AlongLines(block, along, rows, lines.AsSpan(top * size));
        }
        AcrossLines(lines, across, result);
        ArrayPool<float>.Shared.Return(block);
        ArrayPool<float>.Shared.Return(lines);
    }

    private void AlongLines(ReadOnlySpan<float> block, ResizeWeights weights, int rows, Span<float> lines)
    {
        Span<float> column = stackalloc float[Rows];
        for (var x = 0; x < size; x++)
        {
            Weighted(block, Rows, weights, x, column);
            for (var r = 0; r < rows; r++) lines[r * size + x] = column[r];
        }
    }

    private void AcrossLines(ReadOnlySpan<float> lines, ResizeWeights weights, Span<float> result)
    {
        for (var y = 0; y < size; y++) Weighted(lines, size, weights, y, result.Slice(y * size, size));
    }

    // sum = Σ weight × line, over the lines that entry i is made of.
    private static void Weighted(ReadOnlySpan<float> lines, int length, ResizeWeights weights, int i, Span<float> sum)
    {
        var from = lines[(weights.Starts[i] * length)..];
        var of = weights.Weights.AsSpan(i * weights.Taps, weights.Taps);
        var at = 0;
        for (; at <= sum.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            var total = new Vector<float>(from[at..]) * of[0];
            for (var k = 1; k < of.Length; k++)
                total = Vector.FusedMultiplyAdd(new Vector<float>(from[(k * length + at)..]), new Vector<float>(of[k]), total);
            total.CopyTo(sum[at..]);
        }
        for (; at < sum.Length; at++)
        {
            var total = from[at] * of[0];
            for (var k = 1; k < of.Length; k++) total = MathF.FusedMultiplyAdd(from[k * length + at], of[k], total);
            sum[at] = total;
        }
    }

    private ResizeWeights WeightsFor(int from)
    {
        if (_weights.TryGetValue(from, out var known)) return known;
        var weights = ResizeWeights.Of(filter, from, size);
        if (_weights.Count < RememberedSizes) _weights[from] = weights;
        return weights;
    }
}
