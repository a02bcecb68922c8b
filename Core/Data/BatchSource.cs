using static TorchSharp.torch;

namespace Playground.Core.Data;

/// <summary>
/// Batches of a data set in an order that the seed and the step alone decide, so that a resumed run sees what it would have seen.
/// </summary>
public sealed class BatchSource(IExamples data, int batchSize, ulong seed)
{
    private long _epoch = -1;
    private int[] _order = [];

    public BatchSource(IPictureDataset data, int batchSize, ulong seed) : this(new PictureExamples(data), batchSize, seed) { }

    /// <summary>Batch <paramref name="step"/>, 0-based: x₀ [N, …], pictures in [−1, 1], and labels [N] int64.</summary>
    public (Tensor X0, Tensor Labels) At(long step)
    {
        var indices = new int[batchSize];
        for (var i = 0; i < batchSize; i++) indices[i] = Index(step * batchSize + i);
        return data.Read(indices);
    }

    private int Index(long position)
    {
        var epoch = position / data.Count;
        if (epoch != _epoch) (_epoch, _order) = (epoch, ExampleOrder.Shuffled(data.Count, seed, epoch));
        return _order[position % data.Count];
    }
}
