using static TorchSharp.torch;

namespace Playground.Core.Data;

/// <summary>Batches of a data set in an order that the seed and the step alone decide, so that a resumed run sees what it would have seen.</summary>
public sealed class BatchSource(IPictureDataset data, int batchSize, ulong seed)
{
    private long _epoch = -1;
    private int[] _order = [];

    /// <summary>Batch <paramref name="step"/>, 0-based: pictures [N, C, H, W] in [−1, 1] and labels [N] int64.</summary>
    public (Tensor Pictures, Tensor Labels) At(long step)
    {
        var size = data.Channels * data.Height * data.Width;
        var pixels = new byte[batchSize * size];
        var labels = new long[batchSize];
        for (var i = 0; i < batchSize; i++)
        {
            var index = Index(step * batchSize + i);
            data.Read(index, pixels.AsSpan(i * size, size));
            labels[i] = data.Label(index);
        }
        var pictures = tensor(pixels, [batchSize, data.Channels, data.Height, data.Width]).to(ScalarType.Float32) / 127.5 - 1.0;
        return (pictures, tensor(labels, [batchSize]));
    }

    private int Index(long position)
    {
        var epoch = position / data.Count;
        if (epoch != _epoch)
        {
            // Fisher–Yates from a stream of this epoch's own.
            var random = new Random(HashCode(seed, epoch));
            _order = [.. Enumerable.Range(0, data.Count)];
            random.Shuffle(_order);
            _epoch = epoch;
        }
        return _order[position % data.Count];
    }

    // SplitMix64's finalizer: stable across processes and versions, unlike System.HashCode.
    private static int HashCode(ulong seed, long epoch)
    {
        var z = seed + 0x9E3779B97F4A7C15UL * ((ulong)epoch + 1);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)(z ^ (z >> 31));
    }
}
