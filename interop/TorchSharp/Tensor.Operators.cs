namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        // One place per operator shape, so that each operator below is one line and no operand dies during its call.
        private Tensor Own(nint handle, Tensor? b = null, Tensor? c = null)
        {
            GC.KeepAlive(this);
            GC.KeepAlive(b);
            GC.KeepAlive(c);
            return new Tensor(Native.Check(handle));
        }

        private Tensor Same(int status = 0, Tensor? b = null, Tensor? c = null)
        {
            Native.Check(status);
            return Own(Native.pt_same(Handle), b, c);
        }

        private Tensor Unary(delegate*<nint, nint> f) => Own(f(Handle));

        private Tensor Binary(delegate*<nint, nint, nint> f, Tensor b) => Own(f(Handle, b.Handle), b);

        private Tensor With(delegate*<nint, double, long, int, nint> f, Scalar s) => Own(f(Handle, s.Double, s.Long, s.Kind));

        private Tensor With_(delegate*<nint, double, long, int, int> f, Scalar s) => Same(f(Handle, s.Double, s.Long, s.Kind));

        private Tensor Binary_(delegate*<nint, nint, int> f, Tensor b) => Same(f(Handle, b.Handle), b);

        private Tensor Dims(delegate*<nint, long*, int, nint> f, long[] dims)
        {
            fixed (long* p = dims) return Own(f(Handle, p, dims.Length));
        }

        // --- form
        public Tensor alias() => Same();
        public Tensor detach() => Unary(&Native.pt_detach);
        public Tensor clone() => Unary(&Native.pt_clone);
        public Tensor contiguous() => Unary(&Native.pt_contiguous);
        public Tensor reshape(params long[] shape) => Dims(&Native.pt_reshape, shape);
        public Tensor view(params long[] shape) => Dims(&Native.pt_view, shape);
        public Tensor permute(params long[] permutation) => Dims(&Native.pt_permute, permutation);
        public Tensor expand(params long[] sizes) => Dims(&Native.pt_expand, sizes);
        public Tensor flip(params long[] dims) => Dims(&Native.pt_flip, dims);
        public Tensor transpose(long dim0, long dim1) => Own(Native.pt_transpose(Handle, dim0, dim1));
        public Tensor unsqueeze(long dim) => Own(Native.pt_unsqueeze(Handle, dim));
        public Tensor squeeze(long dim) => Own(Native.pt_squeeze(Handle, dim));
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Own(Native.pt_flatten(Handle, start_dim, end_dim));
        public Tensor narrow(long dim, long start, long length) => Own(Native.pt_narrow(Handle, dim, start, length));
        public Tensor select(long dim, long index) => Own(Native.pt_select(Handle, dim, index));
        public Tensor index_select(long dim, Tensor index) => Own(Native.pt_index_select(Handle, dim, index.Handle), index);
        public Tensor gather(long dim, Tensor index) => Own(Native.pt_gather(Handle, dim, index.Handle), index);
        public Tensor this[long index] => select(0, index);

        public Tensor[] chunk(long chunks, long dim = 0)
        {
            var handles = new nint[chunks];
            int made;
            fixed (nint* p = handles) Native.Check(Native.pt_chunk(Handle, chunks, dim, p, &made));
            GC.KeepAlive(this);
            return [.. handles.Take(made).Select(h => new Tensor(h))];
        }

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            var result = Own(Native.pt_to(Handle, (int)type, (int)device.type, device.index, copy ? 1 : 0, non_blocking ? 1 : 0));
            if (disposeAfter) Dispose();
            return result;
        }

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(type, device, copy, disposeAfter, non_blocking);
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(dtype, device, copy, disposeAfter, non_blocking);
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(type, copy, disposeAfter, non_blocking);
        public Tensor cpu(bool disposeAfter = false, bool non_blocking = false) => to(CPU, false, disposeAfter, non_blocking);

        // --- arithmetic
        public static Tensor operator +(Tensor a, Tensor b) => a.add(b);
        public static Tensor operator -(Tensor a, Tensor b) => a.sub(b);
        public static Tensor operator *(Tensor a, Tensor b) => a.mul(b);
        public static Tensor operator /(Tensor a, Tensor b) => a.div(b);
        public static Tensor operator +(Tensor a, Scalar b) => a.add(b);
        public static Tensor operator -(Tensor a, Scalar b) => a.sub(b);
        public static Tensor operator *(Tensor a, Scalar b) => a.mul(b);
        public static Tensor operator /(Tensor a, Scalar b) => a.div(b);
        public static Tensor operator +(Scalar a, Tensor b) => b.add(a);
        public static Tensor operator -(Scalar a, Tensor b) => b.With(&Native.pt_rsub_scalar, a);
        public static Tensor operator *(Scalar a, Tensor b) => b.mul(a);
        public static Tensor operator /(Scalar a, Tensor b) => b.With(&Native.pt_rdiv_scalar, a);
        public static Tensor operator -(Tensor a) => a.neg();

        public Tensor add(Tensor target) => Binary(&Native.pt_add, target);
        public Tensor sub(Tensor target) => Binary(&Native.pt_sub, target);
        public Tensor mul(Tensor target) => Binary(&Native.pt_mul, target);
        public Tensor div(Tensor target) => Binary(&Native.pt_div, target);
        public Tensor add(Scalar scalar) => With(&Native.pt_add_scalar, scalar);
        public Tensor sub(Scalar scalar) => With(&Native.pt_sub_scalar, scalar);
        public Tensor mul(Scalar scalar) => With(&Native.pt_mul_scalar, scalar);
        public Tensor div(Scalar scalar) => With(&Native.pt_div_scalar, scalar);
        public Tensor pow(Scalar exponent) => With(&Native.pt_pow_scalar, exponent);

        public Tensor add_(Tensor target) => add_(target, 1);
        public Tensor add_(Tensor target, Scalar alpha) => Same(Native.pt_add_(Handle, target.Handle, alpha.Double, alpha.Long, alpha.Kind), target);
        public Tensor sub_(Tensor target) => Binary_(&Native.pt_sub_, target);
        public Tensor mul_(Tensor target) => Binary_(&Native.pt_mul_, target);
        public Tensor div_(Tensor target) => Binary_(&Native.pt_div_, target);
        public Tensor add_(Scalar scalar) => With_(&Native.pt_add_scalar_, scalar);
        public Tensor mul_(Scalar scalar) => With_(&Native.pt_mul_scalar_, scalar);
        public Tensor div_(Scalar scalar) => With_(&Native.pt_div_scalar_, scalar);
        public Tensor fill_(Scalar value) => With_(&Native.pt_fill_, value);
        public Tensor zero_() => fill_(0);
        public Tensor copy_(Tensor source, bool non_blocking = false) => Same(Native.pt_copy_(Handle, source.Handle, non_blocking ? 1 : 0), source);
        public Tensor lerp_(Tensor end, Scalar weight) => Same(Native.pt_lerp_(Handle, end.Handle, weight.Double, weight.Long, weight.Kind), end);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Same(Native.pt_addcmul_(Handle, tensor1.Handle, tensor2.Handle, value.Double, value.Long, value.Kind), tensor1, tensor2);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Same(Native.pt_addcdiv_(Handle, tensor1.Handle, tensor2.Handle, value.Double, value.Long, value.Kind), tensor1, tensor2);
        public Tensor sqrt_() => Same(Native.pt_sqrt_(Handle));
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Same(Native.pt_clamp_(Handle, min?.Double ?? 0, min is null ? 0 : 1, max?.Double ?? 0, max is null ? 0 : 1));
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Own(Native.pt_clamp(Handle, min?.Double ?? 0, min is null ? 0 : 1, max?.Double ?? 0, max is null ? 0 : 1));
        public Tensor uniform_(double from, double to, Generator? generator = null) => Same(Native.pt_uniform_(Handle, from, to, generator?.Handle ?? 0));
        public Tensor normal_(double mean = 0.0, double stddev = 1.0, Generator? generator = null) => Same(Native.pt_normal_(Handle, mean, stddev, generator?.Handle ?? 0));

        public Tensor neg() => Unary(&Native.pt_neg);
        public Tensor exp() => Unary(&Native.pt_exp);
        public Tensor log() => Unary(&Native.pt_log);
        public Tensor sqrt() => Unary(&Native.pt_sqrt);
        public Tensor square() => Unary(&Native.pt_square);
        public Tensor abs() => Unary(&Native.pt_abs);
        public Tensor sin() => Unary(&Native.pt_sin);
        public Tensor cos() => Unary(&Native.pt_cos);
        public Tensor round() => Unary(&Native.pt_round);
        public Tensor sigmoid() => Unary(&Native.pt_sigmoid);
        public Tensor tanh() => Unary(&Native.pt_tanh);
        public Tensor relu() => Unary(&Native.pt_relu);
        public Tensor silu() => Unary(&Native.pt_silu);
        public Tensor silu_() => Same(Native.pt_silu_(Handle));
        public Tensor gelu() => Unary(&Native.pt_gelu);
        public Tensor mish() => Unary(&Native.pt_mish);
        public Tensor isfinite() => Unary(&Native.pt_isfinite);
        public Tensor eq(Tensor target) => Binary(&Native.pt_eq, target);
        public Tensor ne(Tensor target) => Binary(&Native.pt_ne, target);
        public Tensor lt(Scalar target) => With(&Native.pt_lt_scalar, target);
        public Tensor gt(Scalar target) => With(&Native.pt_gt_scalar, target);
        public Tensor all() => Unary(&Native.pt_all);
        public Tensor any() => Unary(&Native.pt_any);
        public Tensor sum() => Unary(&Native.pt_sum);
        public Tensor mean() => Unary(&Native.pt_mean);
        public Tensor max() => Unary(&Native.pt_max);
        public Tensor min() => Unary(&Native.pt_min);
        public Tensor norm() => Unary(&Native.pt_norm);
        public Tensor argmax(long dim, bool keepdim = false) => Own(Native.pt_argmax(Handle, dim, keepdim ? 1 : 0));
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Own(Native.pt_quantile(Handle, q.Handle, dim, keepdim ? 1 : 0), q);
        public Tensor softmax(long dim) => Own(Native.pt_softmax(Handle, dim));
        public Tensor matmul(Tensor target) => Binary(&Native.pt_matmul, target);
        public Tensor bmm(Tensor batch2) => Binary(&Native.pt_bmm, batch2);

        public Tensor mean(long[] dimensions, bool keepdim = false)
        {
            fixed (long* p = dimensions) return Own(Native.pt_mean_dims(Handle, p, dimensions.Length, keepdim ? 1 : 0));
        }

        public Tensor sum(long[] dim, bool keepdim = false)
        {
            fixed (long* p = dim) return Own(Native.pt_sum_dims(Handle, p, dim.Length, keepdim ? 1 : 0));
        }
    }
}
