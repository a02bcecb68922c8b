using System.Runtime.InteropServices;

namespace Playground.Core.Data;

/// <summary>Numbers of any shape, as NumPy keeps them.</summary>
/// <param name="Type">NumPy's kind and width of an element: <c>f2</c>, <c>f4</c>, <c>f8</c>, <c>u1</c>, <c>i4</c>, <c>i8</c> and so
/// on.</param>
/// <param name="Shape">Lengths of the axes; none for a single number.</param>
/// <param name="Bytes">The elements, little-endian, in row-major order.</param>
public sealed record NpyArray(string Type, int[] Shape, byte[] Bytes)
{
    public static NpyArray Of(ReadOnlySpan<float> values, params int[] shape) => new("f4", shape, MemoryMarshal.AsBytes(values).ToArray());

    public static NpyArray Of(ReadOnlySpan<double> values, params int[] shape) => new("f8", shape, MemoryMarshal.AsBytes(values).ToArray());

    public static NpyArray Of(ReadOnlySpan<long> values, params int[] shape) => new("i8", shape, MemoryMarshal.AsBytes(values).ToArray());

    public double[] ToDoubles() => Type switch
    {
        "f8" => As<double>().ToArray(),
        "f4" => Convert(As<float>(), v => (double)v),
        "f2" => Convert(As<Half>(), v => (double)v),
        _ => Convert<long, double>(ToIntegers(), v => v),
    };

    public float[] ToSingles() => Type == "f4" ? As<float>().ToArray() : Convert<double, float>(ToDoubles(), v => (float)v);

    /// <exception cref="PlaygroundException">The elements are not whole numbers.</exception>
    public long[] ToIntegers() => Type switch
    {
        "i8" => As<long>().ToArray(),
        "i4" => Convert(As<int>(), v => (long)v),
        "i2" => Convert(As<short>(), v => (long)v),
        "i1" => Convert(As<sbyte>(), v => (long)v),
        "u1" or "b1" => Convert(As<byte>(), v => (long)v),
        "u2" => Convert(As<ushort>(), v => (long)v),
        "u4" => Convert(As<uint>(), v => (long)v),
        "u8" => Convert(As<ulong>(), v => checked((long)v)),
        _ => throw new PlaygroundException($"An array of '{Type}' was found where whole numbers are needed."),
    };

    private ReadOnlySpan<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes);

    private static TTo[] Convert<TFrom, TTo>(ReadOnlySpan<TFrom> from, Func<TFrom, TTo> convert)
    {
        var to = new TTo[from.Length];
        for (var i = 0; i < to.Length; i++) to[i] = convert(from[i]);
        return to;
    }
}
