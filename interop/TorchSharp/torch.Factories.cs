using System.Runtime.InteropServices;

namespace TorchSharp;

public static unsafe partial class torch
{
    private static (int Type, int Device, int Index) Options(ScalarType? dtype, Device? device, ScalarType fallback = ScalarType.Float32)
        => ((int)(dtype ?? fallback), (int)(device?.type ?? DeviceType.CPU), device?.index ?? -1);

    private static Tensor Full(long[] size, Scalar value, ScalarType? dtype, Device? device, bool requires_grad)
    {
        var (t, d, i) = Options(dtype, device);
        fixed (long* p = size) return Graded(Native.pt_full(p, size.Length, value.Double, value.Long, value.Kind, t, d, i), requires_grad);
    }

    private static Tensor Graded(nint handle, bool requires_grad)
    {
        var tensor = new Tensor(Native.Check(handle));
        if (requires_grad) tensor.requires_grad = true;
        return tensor;
    }

    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full(size, 0, dtype, device, requires_grad);
    public static Tensor zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full([size], 0, dtype, device, requires_grad);
    public static Tensor zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full([rows, columns], 0, dtype, device, requires_grad);
    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full(size, 1, dtype, device, requires_grad);
    public static Tensor ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full([size], 1, dtype, device, requires_grad);
    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full(size, value, dtype, device, requires_grad);
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full(input.shape, 0, dtype ?? input.dtype, device ?? input.device, requires_grad);

    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var (t, d, i) = Options(dtype, device);
        fixed (long* p = size) return Graded(Native.pt_empty(p, size.Length, t, d, i), requires_grad);
    }

    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        var (t, d, i) = Options(dtype, device);
        fixed (long* p = size) return Graded(Native.pt_randn(p, size.Length, generator?.Handle ?? 0, t, d, i), requires_grad);
    }

    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        var (t, d, i) = Options(dtype, device);
        fixed (long* p = size) return Graded(Native.pt_rand(p, size.Length, generator?.Handle ?? 0, t, d, i), requires_grad);
    }

    /// <summary>Integers of [<paramref name="low"/>, <paramref name="high"/>), int64 unless said.</summary>
    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        var (t, d, i) = Options(dtype, device, ScalarType.Int64);
        fixed (long* p = size) return Graded(Native.pt_randint(low, high, p, size.Length, generator?.Handle ?? 0, t, d, i), requires_grad);
    }

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        var (t, d, i) = Options(dtype, device, ScalarType.Int64);
        return Graded(Native.pt_randperm(n, generator?.Handle ?? 0, t, d, i), requires_grad);
    }

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var (t, d, i) = Options(dtype, device, start.Kind + stop.Kind + step.Kind == 3 ? ScalarType.Int64 : ScalarType.Float32);
        return Graded(Native.pt_arange(start.Double, stop.Double, step.Double, t, d, i), requires_grad);
    }

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(start, stop, 1, dtype, device, requires_grad);
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var (t, d, i) = Options(dtype, device);
        return Graded(Native.pt_linspace(start, end, steps, t, d, i), requires_grad);
    }

    private static Tensor Copy<T>(ReadOnlySpan<T> data, ReadOnlySpan<long> dimensions, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad) where T : unmanaged
    {
        var count = 1L;
        foreach (var n in dimensions) count *= n;
        if (count != data.Length)
            throw new ArgumentException($"{data.Length} values do not fill the shape [{string.Join(", ", dimensions.ToArray())}], which takes {count}.");
        Tensor tensor;
        fixed (T* p = data)
        fixed (long* s = dimensions)
            tensor = new Tensor(Native.Check(Native.pt_from_bytes(p, s, dimensions.Length, (int)type)));
        if ((dtype ?? type) != type || device is { type: not DeviceType.CPU }) tensor = tensor.to(dtype ?? type, device ?? CPU, disposeAfter: true);
        if (requires_grad) tensor.requires_grad = true;
        return tensor;
    }

    // The overloads copy their array; the shape defaults to one dimension.
    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy<float>(rawArray, dimensions, ScalarType.Float32, dtype, device, requires_grad);
    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy<double>(rawArray, dimensions, ScalarType.Float64, dtype, device, requires_grad);
    public static Tensor tensor(long[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy<long>(rawArray, dimensions, ScalarType.Int64, dtype, device, requires_grad);
    public static Tensor tensor(byte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy<byte>(rawArray, dimensions, ScalarType.Byte, dtype, device, requires_grad);
    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy<float>(rawArray, [rawArray.Length], ScalarType.Float32, dtype, device, requires_grad);
    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy<double>(rawArray, [rawArray.Length], ScalarType.Float64, dtype, device, requires_grad);
    public static Tensor tensor(long[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy<long>(rawArray, [rawArray.Length], ScalarType.Int64, dtype, device, requires_grad);
    public static Tensor tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy<byte>(rawArray, [rawArray.Length], ScalarType.Byte, dtype, device, requires_grad);
    public static Tensor tensor(float scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy<float>([scalar], [], ScalarType.Float32, dtype, device, requires_grad);
    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Copy<long>([scalar], [], ScalarType.Int64, dtype, device, requires_grad);

    private static nint[] Handles(IEnumerable<Tensor> tensors) => [.. tensors.Select(t => t.Handle)];

    public static Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        fixed (nint* p = Handles(tensors)) return Kept(Native.pt_cat(p, tensors.Count, dim), tensors);
    }

    public static Tensor stack(IList<Tensor> tensors, long dim = 0)
    {
        fixed (nint* p = Handles(tensors)) return Kept(Native.pt_stack(p, tensors.Count, dim), tensors);
    }

    private static Tensor Kept(nint handle, object operands)
    {
        GC.KeepAlive(operands);
        return new Tensor(Native.Check(handle));
    }

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Kept(Native.pt_where(condition.Handle, x.Handle, y.Handle), (condition, x, y));
    public static Tensor sin(Tensor input) => input.sin();
    public static Tensor cos(Tensor input) => input.cos();
    public static Tensor exp(Tensor input) => input.exp();
    public static Tensor sqrt(Tensor input) => input.sqrt();
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);
}
