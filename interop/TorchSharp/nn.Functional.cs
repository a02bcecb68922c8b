using TorchSharp.Modules;

namespace TorchSharp;

public enum PaddingModes
{
    Constant,
    Zeros = Constant,
    Reflect,
}

public enum InterpolationMode
{
    Nearest,
}

public static partial class torch
{
    public static partial class nn
    {
        public enum Reduction
        {
            None,
            Mean,
            Sum,
        }

        public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device? device = null, ScalarType? dtype = null)
            => new(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, device, dtype);

        public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) => new(inputSize, outputSize, hasBias, device, dtype);

        public static GroupNorm GroupNorm(long num_groups, long num_channels, double eps = 1e-05, bool affine = true, Device? device = null, ScalarType? dtype = null)
            => new(num_groups, num_channels, eps, affine, device, dtype);

        public static Embedding Embedding(long num_embeddings, long embedding_dims, Device? device = null, ScalarType? dtype = null) => new(num_embeddings, embedding_dims, device, dtype);

        public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);

        public static unsafe class functional
        {
            private static Tensor Own(nint handle, params ReadOnlySpan<Tensor?> operands)
            {
                foreach (var operand in operands) GC.KeepAlive(operand);
                return new Tensor(Native.Check(handle));
            }

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();

            public static Tensor relu(Tensor x) => x.relu();

            public static Tensor linear(Tensor input, Tensor weight, Tensor? bias = null) => Own(Native.pt_linear(input.Handle, weight.Handle, bias?.Handle ?? 0), input, weight, bias);

            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1)
            {
                fixed (long* s = strides ?? [1, 1])
                fixed (long* p = padding ?? [0, 0])
                fixed (long* d = dilation ?? [1, 1])
                    return Own(Native.pt_conv2d(input.Handle, weight.Handle, bias?.Handle ?? 0, s, p, d, groups), input, weight, bias);
            }

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
                => Own(Native.pt_group_norm(input.Handle, num_groups, weight?.Handle ?? 0, bias?.Handle ?? 0, eps), input, weight, bias);

            /// <summary>Nearest-neighbour resizing of [N, C, H, W]; the only mode bound.</summary>
            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest, bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false)
            {
                var from = x.shape;
                size ??= scale_factor is [var h, var w] ? [(long)(from[2] * h), (long)(from[3] * w)] : throw new ArgumentException("interpolate needs a size or a scale_factor of two numbers.");
                fixed (long* p = size) return Own(Native.pt_upsample_nearest2d(x.Handle, p), x);
            }

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                if (mode == PaddingModes.Reflect)
                {
                    if (pad.Length != 4) throw new NotSupportedException("Reflection is bound for [N, C, H, W] padded by left, right, top and bottom.");
                    fixed (long* p = pad) return Own(Native.pt_reflection_pad2d(input.Handle, p), input);
                }
                fixed (long* p = pad) return Own(Native.pt_pad(input.Handle, p, pad.Length, value), input);
            }

            public static Tensor avg_pool2d(Tensor input, long kernel_size, long? stride = null)
            {
                long* k = stackalloc long[] { kernel_size, kernel_size }, s = stackalloc long[] { stride ?? kernel_size, stride ?? kernel_size };
                return Own(Native.pt_avg_pool2d(input.Handle, k, s), input);
            }

            public static Tensor max_pool2d(Tensor input, long kernel_size, long? stride = null)
            {
                long* k = stackalloc long[] { kernel_size, kernel_size }, s = stackalloc long[] { stride ?? kernel_size, stride ?? kernel_size };
                return Own(Native.pt_max_pool2d(input.Handle, k, s), input);
            }

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => Own(Native.pt_mse_loss(input.Handle, target.Handle, (int)reduction), input, target);

            public static Tensor cross_entropy(Tensor input, Tensor target) => Own(Native.pt_cross_entropy(input.Handle, target.Handle), input, target);

            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                if (attn_mask is not null || p != 0 || is_casual) throw new NotSupportedException("Attention is bound without mask, dropout and causality.");
                return Own(Native.pt_scaled_dot_product_attention(query.Handle, key.Handle, value.Handle), query, key, value);
            }

            public static Tensor conv_transpose2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null, long[]? dilation = null, long groups = 1)
            {
                fixed (long* s = strides ?? [1, 1])
                fixed (long* p = padding ?? [0, 0])
                fixed (long* o = output_padding ?? [0, 0])
                fixed (long* d = dilation ?? [1, 1])
                    return Own(Native.pt_conv_transpose2d(input.Handle, weight.Handle, bias?.Handle ?? 0, s, p, o, d, groups), input, weight, bias);
            }

            /// <summary>Zeros each value with probability <paramref name="p"/> and scales the rest by 1/(1 − p), from libtorch's own stream.</summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                if (inplace) throw new NotSupportedException("Dropout is bound out of place.");
                return Own(Native.pt_dropout(input.Handle, p, training ? 1 : 0), input);
            }
        }
    }
}
