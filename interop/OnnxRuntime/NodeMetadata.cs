using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>What a model says of one of its inputs or outputs.</summary>
public sealed unsafe class NodeMetadata
{
    /// <param name="typeInfo">Belongs to the caller.</param>
    internal NodeMetadata(nint typeInfo)
    {
        nint tensor;
        OrtLibrary.Check(OrtLibrary.Api->CastTypeInfoToTensorInfo(typeInfo, &tensor));
        IsTensor = tensor != 0;
        if (tensor == 0) return;
        var info = new OrtTensorTypeAndShapeInfo(tensor);
        (ElementDataType, Dimensions, SymbolicDimensions) = (info.ElementDataType, [.. info.Shape.Select(d => (int)Math.Min(d, int.MaxValue))], info.SymbolicDimensions);
    }

    /// <summary>Whether it is a tensor; if not, the rest says nothing.</summary>
    public bool IsTensor { get; }

    /// <summary>The type of one element.</summary>
    public TensorElementType ElementDataType { get; } = TensorElementType.DataTypeMax;

    /// <summary>The sizes; -1 for one that a run decides.</summary>
    public int[] Dimensions { get; } = [];

    /// <summary>The names of the sizes that a run decides; empty for the others and for nameless ones.</summary>
    public string[] SymbolicDimensions { get; } = [];
}
