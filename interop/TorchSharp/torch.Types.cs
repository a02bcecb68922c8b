namespace TorchSharp;

public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
}

public static partial class torch
{
    /// <summary>Element types, numbered as libtorch's <c>c10::ScalarType</c>.</summary>
    public enum ScalarType : sbyte
    {
        Byte = 0,
        Int8 = 1,
        Int16 = 2,
        Int32 = 3,
        Int64 = 4,
        Float16 = 5,
        Float32 = 6,
        Float64 = 7,
        Bool = 11,
        BFloat16 = 15,
    }

    public static readonly ScalarType uint8 = ScalarType.Byte;
    public static readonly ScalarType int32 = ScalarType.Int32;
    public static readonly ScalarType int64 = ScalarType.Int64;
    public static readonly ScalarType float16 = ScalarType.Float16;
    public static readonly ScalarType float32 = ScalarType.Float32;
    public static readonly ScalarType float64 = ScalarType.Float64;
    public static readonly ScalarType bfloat16 = ScalarType.BFloat16;

    public static readonly Device CPU = new(DeviceType.CPU);
    public static readonly Device CUDA = new(DeviceType.CUDA);

    /// <summary>Where a tensor lives: its kind and index (−1: the current one).</summary>
    public sealed class Device(DeviceType type, int index = -1)
    {
        public DeviceType type { get; } = type;

        public int index { get; } = index;

        public override string ToString() => type.ToString().ToLowerInvariant() + (index >= 0 ? $":{index}" : "");
    }

    public static Device device(DeviceType type, int index = -1) => new(type, index);

    public static Device device(string name) => name switch
    {
        "cpu" => CPU,
        "cuda" => CUDA,
        _ when name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), out var k) => new(DeviceType.CUDA, k),
        _ => throw new ArgumentException($"'{name}' is not a device; use 'cpu', 'cuda' or 'cuda:N'.", nameof(name)),
    };

    /// <summary>A random stream of its own. Its state is a byte tensor and can be saved.</summary>
    public sealed class Generator : IDisposable
    {
        internal nint Handle { get; private set; }

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            Handle = Native.Check(Native.pt_generator(seed, (int)this.device.type, this.device.index));
        }

        public Device device { get; }

        public Tensor get_state() => new(Native.Check(Native.pt_generator_get_state(Handle)));

        public void set_state(Tensor value) => Native.Check(Native.pt_generator_set_state(Handle, value.Handle));

        ~Generator() => Free();

        public void Dispose()
        {
            Free();
            GC.SuppressFinalize(this);
        }

        private void Free()
        {
            if (Handle != 0) Native.pt_generator_free(Handle);
            Handle = 0;
        }
    }

    private sealed class Guard(nint handle, Action<nint> free) : IDisposable
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;
        private bool _done;

        public void Dispose()
        {
            if (_done) return;
            if (_thread != Environment.CurrentManagedThreadId)
                throw new InvalidOperationException("A gradient guard is thread-local: dispose it on the thread that made it (no await inside).");
            _done = true;
            free(handle);
        }
    }

    /// <summary>No gradients on this thread until disposed.</summary>
    public static IDisposable no_grad() => new Guard(Native.pt_no_grad(), Native.pt_no_grad_free);

    public static IDisposable enable_grad() => new Guard(Native.pt_enable_grad(), Native.pt_enable_grad_free);

    /// <summary>Neither gradients nor version counters on this thread until disposed; its tensors can't join a graph later.</summary>
    public static IDisposable inference_mode(bool mode = true) => new Guard(Native.pt_inference_mode(mode ? 1 : 0), Native.pt_inference_mode_free);

    public static bool is_grad_enabled() => Native.pt_grad_enabled() != 0;

    public static DisposeScope NewDisposeScope() => new();

    public static void set_num_threads(int num) => Native.Check(Native.pt_set_num_threads(num));

    public static int get_num_threads() => Native.pt_get_num_threads();

    public static void manual_seed(long seed) => Native.Check(Native.pt_manual_seed((ulong)seed));

    public static class cuda
    {
        public static bool is_available() => Native.pt_cuda_is_available() != 0;

        /// <summary>Waits until the device has done all that was asked of it; −1: the current device.</summary>
        public static void synchronize(long device = -1) => Native.Check(Native.pt_cuda_synchronize(device));
    }
}
