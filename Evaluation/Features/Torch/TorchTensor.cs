namespace Playground.Evaluation.Features.Torch;

/// <summary>A tensor of a PyTorch file: its values in row-major order, whatever type and strides they were saved with.</summary>
/// <param name="Shape">Sizes; empty for one number.</param>
/// <param name="Values">As many as the sizes' product.</param>
internal sealed record TorchTensor(long[] Shape, float[] Values);

/// <summary>Where a tensor's numbers are, before they are read.</summary>
/// <param name="Storage">The block of memory.</param>
/// <param name="Offset">The first element.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Stride">Elements from one to the next in each dimension.</param>
internal sealed record TensorReference(StorageReference Storage, long Offset, long[] Shape, long[] Stride)
{
    /// <summary>Whether the elements follow each other in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            var expected = 1L;
            for (var d = Shape.Length - 1; d >= 0; expected *= Shape[d--])
                if (Shape[d] != 1 && Stride[d] != expected) return false;
            return true;
        }
    }
}

/// <summary>A block of memory that a file holds.</summary>
/// <param name="Type">PyTorch's name, such as FloatStorage.</param>
/// <param name="Key">Its name in the file.</param>
/// <param name="Count">Elements.</param>
internal sealed record StorageReference(string Type, string Key, long Count)
{
    private static readonly Dictionary<string, int> s_sizes = new()
    {
        ["FloatStorage"] = 4,
        ["DoubleStorage"] = 8,
        ["HalfStorage"] = 2,
        ["LongStorage"] = 8,
        ["IntStorage"] = 4,
    };

    /// <summary>Bytes of one element.</summary>
    public int ElementSize => s_sizes[Type];

    /// <summary>Bytes of all elements.</summary>
    public long Bytes => Count * ElementSize;

    public static bool IsKnown(string type) => s_sizes.ContainsKey(type);
}
