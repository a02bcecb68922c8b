namespace Microsoft.ML.OnnxRuntime;

/// <summary>What a tensor holds, and its shape.</summary>
public sealed unsafe class OrtTensorTypeAndShapeInfo
{
    /// <param name="info">Belongs to the caller.</param>
    internal OrtTensorTypeAndShapeInfo(nint info)
    {
        int type;
        nuint rank;
        OrtLibrary.Check(OrtLibrary.Api->GetTensorElementType(info, &type));
        OrtLibrary.Check(OrtLibrary.Api->GetDimensionsCount(info, &rank));
        (ElementDataType, Shape, SymbolicDimensions) = ((Tensors.TensorElementType)type, new long[rank], new string[rank]);
        fixed (long* shape = Shape) OrtLibrary.Check(OrtLibrary.Api->GetDimensions(info, shape, rank));
        var names = stackalloc byte*[(int)rank];
        OrtLibrary.Check(OrtLibrary.Api->GetSymbolicDimensions(info, names, rank));
        for (var d = 0; d < (int)rank; d++) SymbolicDimensions[d] = OrtLibrary.Text(names[d]);
    }

    /// <summary>The type of one element.</summary>
    public Tensors.TensorElementType ElementDataType { get; }

    /// <summary>The sizes; -1 for one that a run decides.</summary>
    public long[] Shape { get; }

    /// <summary>The names of the sizes that a run decides; empty for the others and for nameless ones.</summary>
    public string[] SymbolicDimensions { get; }

    /// <summary>How many dimensions there are.</summary>
    public int DimensionsCount => Shape.Length;

    /// <summary>How many elements there are; negative where a run decides.</summary>
    public long ElementCount => Shape.Contains(-1) ? -1 : Shape.Aggregate(1L, (a, b) => a * b);
}
