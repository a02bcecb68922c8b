using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp;

/// <summary>The shim's functions, in the order of <c>native/shim.cpp</c>.</summary>
internal static unsafe partial class Native
{
    private const string Library = "playground_torch";

    static Native() => NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        var file = Path.Combine(AppContext.BaseDirectory, "libplayground_torch.so");
        if (!File.Exists(file)) file = Path.Combine(Path.GetDirectoryName(assembly.Location) ?? ".", "libplayground_torch.so");
        return NativeLibrary.Load(file);
    }

    /// <summary>Throws libtorch's own message for the failure that this thread just saw.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public static void Throw() => throw new ExternalException(Marshal.PtrToStringUTF8(pt_last_error()) ?? "libtorch failed without a message.");

    public static nint Check(nint handle)
    {
        if (handle == 0) Throw();
        return handle;
    }

    public static void Check(int status)
    {
        if (status < 0) Throw();
    }

    [DllImport(Library)] public static extern nint pt_last_error();
    [DllImport(Library)] public static extern nint pt_version();
    [DllImport(Library)] public static extern nint pt_parallel_info();
    [DllImport(Library)] public static extern nint pt_show_config();
    [DllImport(Library)] public static extern int pt_cuda_is_available();
    [DllImport(Library)] public static extern int pt_cuda_synchronize(long index);
    [DllImport(Library)] public static extern int pt_get_num_threads();
    [DllImport(Library)] public static extern int pt_set_num_threads(int n);
    [DllImport(Library)] public static extern long pt_memory_used();
    [DllImport(Library)] public static extern long pt_memory_peak();
    [DllImport(Library)] public static extern void pt_memory_reset_peak();
    [DllImport(Library)] public static extern long pt_memory_kept();
    [DllImport(Library)] public static extern void pt_memory_trim();

    [DllImport(Library)] public static extern void pt_free(nint t);
    [DllImport(Library)] public static extern long pt_ndim(nint t);
    [DllImport(Library)] public static extern long pt_numel(nint t);
    [DllImport(Library)] public static extern void pt_sizes(nint t, long* into);
    [DllImport(Library)] public static extern int pt_dtype(nint t);
    [DllImport(Library)] public static extern int pt_device_type(nint t);
    [DllImport(Library)] public static extern int pt_device_index(nint t);
    [DllImport(Library)] public static extern int pt_is_contiguous(nint t);
    [DllImport(Library)] public static extern int pt_is_channels_last(nint t);
    [DllImport(Library)] public static extern int pt_requires_grad(nint t);
    [DllImport(Library)] public static extern void* pt_data_ptr(nint t);
    [DllImport(Library)] public static extern int pt_set_requires_grad(nint t, int on);
    [DllImport(Library)] public static extern nint pt_grad(nint t);
    [DllImport(Library)] public static extern int pt_set_grad(nint t, nint g);
    [DllImport(Library)] public static extern int pt_backward(nint t, nint g, int retain, int create);
    [DllImport(Library)] public static extern int pt_item_double(nint t, double* into);
    [DllImport(Library)] public static extern int pt_item_long(nint t, long* into);

    [DllImport(Library)] public static extern nint pt_no_grad();
    [DllImport(Library)] public static extern void pt_no_grad_free(nint g);
    [DllImport(Library)] public static extern nint pt_enable_grad();
    [DllImport(Library)] public static extern void pt_enable_grad_free(nint g);
    [DllImport(Library)] public static extern nint pt_inference_mode(int on);
    [DllImport(Library)] public static extern void pt_inference_mode_free(nint g);
    [DllImport(Library)] public static extern int pt_grad_enabled();
    [DllImport(Library)] public static extern int pt_autocast_begin(int device, int dtype);
    [DllImport(Library)] public static extern int pt_autocast_end(int device);
    [DllImport(Library)] public static extern nint pt_channels_last(nint t);

    [DllImport(Library)] public static extern nint pt_generator(ulong seed, int device, int index);
    [DllImport(Library)] public static extern void pt_generator_free(nint g);
    [DllImport(Library)] public static extern nint pt_generator_get_state(nint g);
    [DllImport(Library)] public static extern int pt_generator_set_state(nint g, nint state);
    [DllImport(Library)] public static extern int pt_manual_seed(ulong seed);

    [DllImport(Library)] public static extern nint pt_from_bytes(void* data, long* size, int n, int dtype);
    [DllImport(Library)] public static extern nint pt_empty(long* size, int n, int dtype, int device, int index);
    [DllImport(Library)] public static extern nint pt_full(long* size, int n, double d, long i, int kind, int dtype, int device, int index);
    [DllImport(Library)] public static extern nint pt_randn(long* size, int n, nint g, int dtype, int device, int index);
    [DllImport(Library)] public static extern nint pt_rand(long* size, int n, nint g, int dtype, int device, int index);
    [DllImport(Library)] public static extern nint pt_randint(long lo, long hi, long* size, int n, nint g, int dtype, int device, int index);
    [DllImport(Library)] public static extern nint pt_randperm(long n, nint g, int dtype, int device, int index);
    [DllImport(Library)] public static extern nint pt_arange(double start, double stop, double step, int dtype, int device, int index);
    [DllImport(Library)] public static extern nint pt_linspace(double start, double stop, long steps, int dtype, int device, int index);
    [DllImport(Library)] public static extern int pt_uniform_(nint t, double a, double b, nint g);
    [DllImport(Library)] public static extern int pt_normal_(nint t, double mean, double std, nint g);

    [DllImport(Library)] public static extern nint pt_to(nint t, int dtype, int device, int index, int copy, int nonBlocking);
    [DllImport(Library)] public static extern nint pt_same(nint t);
    [DllImport(Library)] public static extern nint pt_detach(nint t);
    [DllImport(Library)] public static extern nint pt_clone(nint t);
    [DllImport(Library)] public static extern nint pt_contiguous(nint t);
    [DllImport(Library)] public static extern nint pt_reshape(nint t, long* size, int n);
    [DllImport(Library)] public static extern nint pt_view(nint t, long* size, int n);
    [DllImport(Library)] public static extern nint pt_permute(nint t, long* dims, int n);
    [DllImport(Library)] public static extern nint pt_expand(nint t, long* size, int n);
    [DllImport(Library)] public static extern nint pt_transpose(nint t, long a, long b);
    [DllImport(Library)] public static extern nint pt_unsqueeze(nint t, long d);
    [DllImport(Library)] public static extern nint pt_squeeze(nint t, long d);
    [DllImport(Library)] public static extern nint pt_flatten(nint t, long a, long b);
    [DllImport(Library)] public static extern nint pt_narrow(nint t, long d, long start, long length);
    [DllImport(Library)] public static extern nint pt_select(nint t, long d, long k);
    [DllImport(Library)] public static extern nint pt_index_select(nint t, long d, nint k);
    [DllImport(Library)] public static extern nint pt_flip(nint t, long* dims, int n);
    [DllImport(Library)] public static extern nint pt_gather(nint t, long d, nint k);
    [DllImport(Library)] public static extern nint pt_cat(nint* items, int n, long d);
    [DllImport(Library)] public static extern nint pt_stack(nint* items, int n, long d);
    [DllImport(Library)] public static extern int pt_chunk(nint t, long n, long d, nint* into, int* made);

    [DllImport(Library)] public static extern nint pt_add(nint a, nint b);
    [DllImport(Library)] public static extern nint pt_sub(nint a, nint b);
    [DllImport(Library)] public static extern nint pt_mul(nint a, nint b);
    [DllImport(Library)] public static extern nint pt_div(nint a, nint b);
    [DllImport(Library)] public static extern nint pt_add_scalar(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern nint pt_sub_scalar(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern nint pt_rsub_scalar(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern nint pt_mul_scalar(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern nint pt_div_scalar(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern nint pt_rdiv_scalar(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern nint pt_pow_scalar(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern int pt_add_(nint a, nint b, double d, long i, int kind);
    [DllImport(Library)] public static extern int pt_sub_(nint a, nint b);
    [DllImport(Library)] public static extern int pt_mul_(nint a, nint b);
    [DllImport(Library)] public static extern int pt_div_(nint a, nint b);
    [DllImport(Library)] public static extern int pt_add_scalar_(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern int pt_mul_scalar_(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern int pt_div_scalar_(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern int pt_fill_(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern int pt_copy_(nint a, nint b, int nonBlocking);
    [DllImport(Library)] public static extern int pt_lerp_(nint a, nint end, double d, long i, int kind);
    [DllImport(Library)] public static extern int pt_addcmul_(nint a, nint b, nint c, double d, long i, int kind);
    [DllImport(Library)] public static extern int pt_addcdiv_(nint a, nint b, nint c, double d, long i, int kind);
    [DllImport(Library)] public static extern int pt_sqrt_(nint a);
    [DllImport(Library)] public static extern int pt_clamp_(nint a, double lo, int hasLo, double hi, int hasHi);
    [DllImport(Library)] public static extern nint pt_clamp(nint a, double lo, int hasLo, double hi, int hasHi);
    [DllImport(Library)] public static extern nint pt_neg(nint a);
    [DllImport(Library)] public static extern nint pt_exp(nint a);
    [DllImport(Library)] public static extern nint pt_log(nint a);
    [DllImport(Library)] public static extern nint pt_sqrt(nint a);
    [DllImport(Library)] public static extern nint pt_square(nint a);
    [DllImport(Library)] public static extern nint pt_abs(nint a);
    [DllImport(Library)] public static extern nint pt_sin(nint a);
    [DllImport(Library)] public static extern nint pt_cos(nint a);
    [DllImport(Library)] public static extern nint pt_round(nint a);
    [DllImport(Library)] public static extern nint pt_sigmoid(nint a);
    [DllImport(Library)] public static extern nint pt_tanh(nint a);
    [DllImport(Library)] public static extern nint pt_relu(nint a);
    [DllImport(Library)] public static extern nint pt_silu(nint a);
    [DllImport(Library)] public static extern nint pt_gelu(nint a);
    [DllImport(Library)] public static extern nint pt_mish(nint a);
    [DllImport(Library)] public static extern int pt_silu_(nint a);
    [DllImport(Library)] public static extern nint pt_isfinite(nint a);
    [DllImport(Library)] public static extern nint pt_eq(nint a, nint b);
    [DllImport(Library)] public static extern nint pt_ne(nint a, nint b);
    [DllImport(Library)] public static extern nint pt_lt_scalar(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern nint pt_gt_scalar(nint a, double d, long i, int kind);
    [DllImport(Library)] public static extern nint pt_where(nint c, nint a, nint b);
    [DllImport(Library)] public static extern nint pt_all(nint a);
    [DllImport(Library)] public static extern nint pt_any(nint a);
    [DllImport(Library)] public static extern nint pt_sum(nint a);
    [DllImport(Library)] public static extern nint pt_mean(nint a);
    [DllImport(Library)] public static extern nint pt_sum_dims(nint a, long* dims, int n, int keep);
    [DllImport(Library)] public static extern nint pt_mean_dims(nint a, long* dims, int n, int keep);
    [DllImport(Library)] public static extern nint pt_max(nint a);
    [DllImport(Library)] public static extern nint pt_min(nint a);
    [DllImport(Library)] public static extern nint pt_argmax(nint a, long d, int keep);
    [DllImport(Library)] public static extern nint pt_norm(nint a);
    [DllImport(Library)] public static extern nint pt_matmul(nint a, nint b);
    [DllImport(Library)] public static extern nint pt_bmm(nint a, nint b);
    [DllImport(Library)] public static extern nint pt_quantile(nint a, nint q, long d, int keep);
    [DllImport(Library)] public static extern nint pt_softmax(nint a, long d);
    [DllImport(Library)] public static extern nint pt_linalg_cholesky(nint a);
    [DllImport(Library)] public static extern nint pt_linalg_eigvalsh(nint a, byte uplo);
    [DllImport(Library)] public static extern nint pt_linalg_svdvals(nint a);
    [DllImport(Library)] public static extern int pt_linalg_eigh(nint a, byte uplo, nint* into);

    [DllImport(Library)] public static extern nint pt_conv2d(nint x, nint w, nint b, long* stride, long* padding, long* dilation, long groups);
    [DllImport(Library)] public static extern nint pt_linear(nint x, nint w, nint b);
    [DllImport(Library)] public static extern nint pt_group_norm(nint x, long groups, nint w, nint b, double eps);
    [DllImport(Library)] public static extern nint pt_embedding(nint w, nint k);
    [DllImport(Library)] public static extern nint pt_upsample_nearest2d(nint x, long* size);
    [DllImport(Library)] public static extern nint pt_avg_pool2d(nint x, long* kernel, long* stride);
    [DllImport(Library)] public static extern nint pt_max_pool2d(nint x, long* kernel, long* stride);
    [DllImport(Library)] public static extern nint pt_pad(nint x, long* padding, int n, double value);
    [DllImport(Library)] public static extern nint pt_group_norm_silu(nint x, long groups, nint w, nint b, double eps, int toBfloat16);
    [DllImport(Library)] public static extern int pt_adamw_(nint weight, nint grad, nint m, nint v, double rate, double beta1, double beta2, double correction2, double eps, double scale);
    [DllImport(Library)] public static extern nint pt_mse_loss(nint a, nint b, int reduction);
    [DllImport(Library)] public static extern nint pt_cross_entropy(nint a, nint b);
    [DllImport(Library)] public static extern nint pt_scaled_dot_product_attention(nint q, nint k, nint v);

    [DllImport(Library)] public static extern nint pt_conv_transpose2d(nint x, nint w, nint b, long* stride, long* padding, long* outputPadding, long* dilation, long groups);
    [DllImport(Library)] public static extern nint pt_reflection_pad2d(nint x, long* padding);
    [DllImport(Library)] public static extern nint pt_dropout(nint x, double p, int training);
}
