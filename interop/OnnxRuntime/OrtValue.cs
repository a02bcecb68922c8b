using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>A tensor: the runtime's own, or one over an array that stays pinned until the value is disposed.</summary>
public sealed unsafe class OrtValue : SafeHandle
{
    private const int Tensor = 1;
    private MemoryHandle _pinned;

    internal OrtValue(nint value) : base(0, ownsHandle: true) => SetHandle(value);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Whether it is a tensor; what else a model may give (sequences, maps) cannot be read here.</summary>
    public bool IsTensor
    {
        get
        {
            int type;
            using var value = new OrtHandle(this);
            OrtLibrary.Check(OrtLibrary.Api->GetValueType(value.Pointer, &type));
            return type == Tensor;
        }
    }

    /// <summary>A tensor over an array, which is neither copied nor moved until the value is disposed.</summary>
    /// <typeparam name="T">float, double, (u)int8 to (u)int64 or bool.</typeparam>
    /// <exception cref="OnnxRuntimeException">The array is shorter than the shape.</exception>
    public static OrtValue CreateTensorValueFromMemory<T>(T[] data, long[] shape) where T : unmanaged => CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data.AsMemory(), shape);

    /// <inheritdoc cref="CreateTensorValueFromMemory{T}(T[], long[])"/>
    public static OrtValue CreateTensorValueFromMemory<T>(OrtMemoryInfo memoryInfo, Memory<T> memory, long[] shape) where T : unmanaged
    {
        nint result;
        var pinned = memory.Pin();
        try
        {
            using var info = new OrtHandle(memoryInfo);
            fixed (long* sizes = shape)
                OrtLibrary.Check(OrtLibrary.Api->CreateTensorWithDataAsOrtValue(info.Pointer, pinned.Pointer, (nuint)memory.Length * (nuint)Unsafe.SizeOf<T>(), sizes, (nuint)shape.Length, (int)TypeOf<T>(), &result));
            return new OrtValue(result) { _pinned = pinned };
        }
        catch
        {
            pinned.Dispose();
            throw;
        }
    }

    /// <summary>The tensor's elements, valid until the value is disposed; they must lie in the processor's memory, as a run's outputs do.</summary>
    /// <exception cref="OnnxRuntimeException">The tensor holds another type.</exception>
    public ReadOnlySpan<T> GetTensorDataAsSpan<T>() where T : unmanaged
    {
        var info = GetTensorTypeAndShape();
        if (info.ElementDataType != TypeOf<T>())
            throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"The tensor holds {info.ElementDataType}, not {TypeOf<T>()}.");
        void* data;
        using var value = new OrtHandle(this);
        OrtLibrary.Check(OrtLibrary.Api->GetTensorMutableData(value.Pointer, &data));
        return new ReadOnlySpan<T>(data, checked((int)info.ElementCount));
    }

    /// <summary>The element type and the shape.</summary>
    /// <exception cref="OnnxRuntimeException">It is not a tensor.</exception>
    public OrtTensorTypeAndShapeInfo GetTensorTypeAndShape()
    {
        nint info;
        using var value = new OrtHandle(this);
        OrtLibrary.Check(OrtLibrary.Api->GetTensorTypeAndShape(value.Pointer, &info));
        try
        {
            return new OrtTensorTypeAndShapeInfo(info);
        }
        finally
        {
            OrtLibrary.Api->ReleaseTensorTypeAndShapeInfo(info);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtLibrary.Api->ReleaseValue(handle);
        _pinned.Dispose();
        return true;
    }

    private static TensorElementType TypeOf<T>() => Type.GetTypeCode(typeof(T)) switch
    {
        TypeCode.Single => TensorElementType.Float,
        TypeCode.Double => TensorElementType.Double,
        TypeCode.Byte => TensorElementType.UInt8,
        TypeCode.SByte => TensorElementType.Int8,
        TypeCode.UInt16 => TensorElementType.UInt16,
        TypeCode.Int16 => TensorElementType.Int16,
        TypeCode.UInt32 => TensorElementType.UInt32,
        TypeCode.Int32 => TensorElementType.Int32,
        TypeCode.UInt64 => TensorElementType.UInt64,
        TypeCode.Int64 => TensorElementType.Int64,
        TypeCode.Boolean => TensorElementType.Bool,
        _ => throw new ArgumentException($"{typeof(T)} cannot be a tensor's element."),
    };
}
