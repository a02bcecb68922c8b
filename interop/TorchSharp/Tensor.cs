using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A handle of a libtorch tensor. Freed by its scope, by <see cref="Dispose"/>, or at last by the collector.</summary>
    public partial class Tensor : IDisposable
    {
        private static long s_total;
        private nint _handle;

        internal DisposeScope? Scope;
        internal int Slot;

        internal Tensor(nint handle)
        {
            _handle = handle;
            Interlocked.Increment(ref s_total);
            DisposeScope.Current?.Include(this);
        }

        /// <summary>Live handles in the process: for leak tests.</summary>
        public static long TotalCount => Interlocked.Read(ref s_total);

        internal nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Tensor), "This tensor was already freed.");

        public bool IsInvalid => _handle == 0;

        ~Tensor() => Free();

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            Scope?.Forget(this);
            Free();
        }

        private void Free()
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0) return;
            Native.pt_free(handle);
            Interlocked.Decrement(ref s_total);
        }

        /// <summary>Hands the tensor to the scope around the one that owns it.</summary>
        public Tensor MoveToOuterDisposeScope() => Scope?.MoveToOuter(this) ?? this;

        /// <summary>Takes the tensor out of its scope: its holder disposes it.</summary>
        public Tensor DetachFromDisposeScope() => Scope?.Detach(this) ?? this;

        public long Dimensions => Native.pt_ndim(Handle);

        public long ndim => Dimensions;

        public long NumberOfElements => Native.pt_numel(Handle);

        public long numel() => NumberOfElements;

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* p = sizes) Native.pt_sizes(Handle, p);
                return sizes;
            }
        }

        public long size(int dim) => shape[dim < 0 ? dim + (int)Dimensions : dim];

        public ScalarType dtype => (ScalarType)Native.pt_dtype(Handle);

        public DeviceType device_type => (DeviceType)Native.pt_device_type(Handle);

        public Device device => new(device_type, Native.pt_device_index(Handle));

        public bool is_contiguous() => Native.pt_is_contiguous(Handle) != 0;

        public bool requires_grad
        {
            get => Native.pt_requires_grad(Handle) != 0;
            set => Native.Check(Native.pt_set_requires_grad(Handle, value ? 1 : 0));
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return Same();
        }

        public Tensor? grad
        {
            get => Native.pt_grad(Handle) is not 0 and var g ? new Tensor(g) : null;
            set => Native.Check(Native.pt_set_grad(Handle, value?.Handle ?? 0));
        }

        /// <summary>Accumulates the gradients of this scalar (or of it times <paramref name="grad_tensors"/>) into the leaves.</summary>
        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            if (inputs is not null) throw new NotSupportedException("backward(inputs:) is not bound; leave it out.");
            Native.Check(Native.pt_backward(Handle, grad_tensors is [var g, ..] ? g.Handle : 0, retain_graph ? 1 : 0, create_graph ? 1 : 0));
        }

        /// <summary>The elements, in row-major order, of a contiguous tensor on the CPU.</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged => new(this);

        /// <summary>The raw memory of a contiguous tensor on the CPU.</summary>
        public unsafe Span<byte> bytes
        {
            get => new TensorAccessor<byte>(this, raw: true).Span;
            set
            {
                var span = bytes;
                if (span.Length != value.Length) throw new ArgumentException($"{value.Length} bytes do not fit a tensor of {span.Length} bytes.");
                value.CopyTo(span);
            }
        }

        public double ToDouble()
        {
            unsafe
            {
                double value;
                Native.Check(Native.pt_item_double(Handle, &value));
                return value;
            }
        }

        /// <summary>The one element, as <typeparamref name="T"/>.</summary>
        public T item<T>() where T : unmanaged
        {
            if (typeof(T) == typeof(long))
            {
                unsafe
                {
                    long value;
                    Native.Check(Native.pt_item_long(Handle, &value));
                    return (T)(object)value;
                }
            }
            return typeof(T) == typeof(bool) ? (T)(object)(ToDouble() != 0) : (T)Convert.ChangeType(ToDouble(), typeof(T), System.Globalization.CultureInfo.InvariantCulture);
        }

        public override string ToString() => IsInvalid ? "Tensor (freed)" : $"[{string.Join(", ", shape)}], {dtype}, {device}";

        internal static int Width(ScalarType type) => type switch
        {
            ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
            ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
            ScalarType.Int32 or ScalarType.Float32 => 4,
            _ => 8,
        };
    }

    /// <summary>A view of a tensor's memory; valid while the tensor lives.</summary>
    public sealed class TensorAccessor<T> where T : unmanaged
    {
        private readonly Tensor _tensor;
        private readonly bool _raw;

        internal TensorAccessor(Tensor tensor, bool raw = false)
        {
            if (tensor.device_type != DeviceType.CPU) throw new InvalidOperationException("The tensor is not on the CPU; call cpu() first.");
            if (!tensor.is_contiguous()) throw new InvalidOperationException("The tensor is not contiguous; call contiguous() first.");
            var width = Tensor.Width(tensor.dtype);
            if (!raw && Marshal.SizeOf<T>() != width && !(typeof(T) == typeof(bool) && width == 1))
                throw new ArgumentException($"A tensor of {tensor.dtype} cannot be read as {typeof(T).Name}.");
            (_tensor, _raw) = (tensor, raw);
        }

        internal unsafe Span<T> Span
        {
            get
            {
                var count = _tensor.NumberOfElements * (_raw ? Tensor.Width(_tensor.dtype) : 1);
                return count == 0 ? [] : new Span<T>(Native.pt_data_ptr(_tensor.Handle), checked((int)count));
            }
        }

        public long Count => _tensor.NumberOfElements;

        public T this[long index] => Span[checked((int)index)];

        public T[] ToArray() => Span.ToArray();

        public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0)
        {
            Span[(int)tensorIndex..].CopyTo(array.AsSpan(arrayIndex));
            GC.KeepAlive(_tensor);
        }
    }
}
