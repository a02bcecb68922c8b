namespace Microsoft.ML.OnnxRuntime.Tensors;

/// <summary>The type of a tensor's elements, as ONNX numbers it.</summary>
public enum TensorElementType
{
    /// <summary>float</summary>
    Float = 1,

    /// <summary>byte</summary>
    UInt8 = 2,

    /// <summary>sbyte</summary>
    Int8 = 3,

    /// <summary>ushort</summary>
    UInt16 = 4,

    /// <summary>short</summary>
    Int16 = 5,

    /// <summary>int</summary>
    Int32 = 6,

    /// <summary>long</summary>
    Int64 = 7,

    /// <summary>string</summary>
    String = 8,

    /// <summary>bool</summary>
    Bool = 9,

    /// <summary>Half</summary>
    Float16 = 10,

    /// <summary>double</summary>
    Double = 11,

    /// <summary>uint</summary>
    UInt32 = 12,

    /// <summary>ulong</summary>
    UInt64 = 13,

    /// <summary>Two floats.</summary>
    Complex64 = 14,

    /// <summary>Two doubles.</summary>
    Complex128 = 15,

    /// <summary>The upper half of a float.</summary>
    BFloat16 = 16,

    /// <summary>Not a tensor, or a type that is not listed here.</summary>
    DataTypeMax = 17,
}
