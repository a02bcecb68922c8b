// A flat C face of at::Tensor. Every function returns null (or -1) on failure and keeps libtorch's message for the
// calling thread; an ordinary operator is one OP line here and one line in Tensor.Operators.cs.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>

#include "kernels.h"

using at::Tensor;
using Handle = Tensor *;

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {
thread_local std::string last_error;

template <class R, class F> R guarded(R failure, F &&body) noexcept {
    try {
        return body();
    } catch (const c10::Error &e) {
        last_error = e.what_without_backtrace();
    } catch (const std::exception &e) {
        last_error = e.what();
    }
    return failure;
}

at::IntArrayRef dims(const int64_t *p, int n) { return at::IntArrayRef(p, n); }
at::TensorOptions options(int dtype, int device, int index, bool requires_grad = false) {
    return at::TensorOptions()
        .dtype(static_cast<at::ScalarType>(dtype))
        .device(c10::Device(static_cast<c10::DeviceType>(device), static_cast<c10::DeviceIndex>(index)))
        .requires_grad(requires_grad);
}
c10::optional<at::Generator> maybe(at::Generator *g) { return g ? c10::optional<at::Generator>(*g) : c10::nullopt; }
c10::optional<Tensor> maybe(Handle t) { return t ? c10::optional<Tensor>(*t) : c10::nullopt; }
std::vector<Tensor> list(Handle *items, int n) {
    std::vector<Tensor> result;
    result.reserve(n);
    for (int i = 0; i < n; ++i) result.push_back(*items[i]);
    return result;
}
at::Scalar scalar(double d, int64_t i, int kind) { return kind ? at::Scalar(i) : at::Scalar(d); }
} // namespace

#define OP(name, params, expr) \
    EXPORT Handle pt_##name params { return guarded<Handle>(nullptr, [&] { return new Tensor(expr); }); }
#define DO(name, params, body) \
    EXPORT int pt_##name params { return guarded<int>(-1, [&] { body; return 0; }); }
#define S double d, int64_t i, int kind
#define SC scalar(d, i, kind)

// --- the library itself
EXPORT const char *pt_last_error() { return last_error.c_str(); }
EXPORT const char *pt_version() { return TORCH_VERSION; }
EXPORT const char *pt_parallel_info() { static thread_local std::string s; s = at::get_parallel_info(); return s.c_str(); }
EXPORT const char *pt_show_config() { static thread_local std::string s; s = at::show_config(); return s.c_str(); }
EXPORT int pt_cuda_is_available() { return guarded<int>(0, [] { return at::hasCUDA() ? 1 : 0; }); }
DO(cuda_synchronize, (int64_t index), at::detail::getCUDAHooks().deviceSynchronize(index))
EXPORT int pt_get_num_threads() { return at::get_num_threads(); }
DO(set_num_threads, (int n), at::set_num_threads(n))

// --- life
EXPORT void pt_free(Handle t) { delete t; }
EXPORT int64_t pt_ndim(Handle t) { return t->dim(); }
EXPORT int64_t pt_numel(Handle t) { return t->numel(); }
EXPORT void pt_sizes(Handle t, int64_t *into) { auto s = t->sizes(); std::copy(s.begin(), s.end(), into); }
EXPORT int pt_dtype(Handle t) { return static_cast<int>(t->scalar_type()); }
EXPORT int pt_device_type(Handle t) { return static_cast<int>(t->device().type()); }
EXPORT int pt_device_index(Handle t) { return t->device().index(); }
EXPORT int pt_is_contiguous(Handle t) { return t->is_contiguous(); }
EXPORT int pt_is_channels_last(Handle t) { return t->is_contiguous(at::MemoryFormat::ChannelsLast); }
EXPORT int pt_requires_grad(Handle t) { return t->requires_grad(); }
EXPORT void *pt_data_ptr(Handle t) { return guarded<void *>(nullptr, [&] { return t->data_ptr(); }); }
DO(set_requires_grad, (Handle t, int on), t->set_requires_grad(on != 0))
EXPORT Handle pt_grad(Handle t) { return guarded<Handle>(nullptr, [&]() -> Handle { return t->grad().defined() ? new Tensor(t->grad()) : nullptr; }); }
DO(set_grad, (Handle t, Handle g), if (g) t->mutable_grad() = *g; else t->mutable_grad().reset())
DO(backward, (Handle t, Handle g, int retain, int create), t->backward(g ? *g : Tensor(), retain ? c10::optional<bool>(true) : c10::nullopt, create != 0))
DO(item_double, (Handle t, double *into), *into = t->item().toDouble())
DO(item_long, (Handle t, int64_t *into), *into = t->item().toLong())

// --- guards: thread-local, so freed on the thread that made them
EXPORT void *pt_no_grad() { return new at::NoGradGuard(); }
EXPORT void pt_no_grad_free(void *g) { delete static_cast<at::NoGradGuard *>(g); }
EXPORT void *pt_enable_grad() { return new at::AutoGradMode(true); }
EXPORT void pt_enable_grad_free(void *g) { delete static_cast<at::AutoGradMode *>(g); }
EXPORT void *pt_inference_mode(int on) { return new c10::InferenceMode(on != 0); }
EXPORT void pt_inference_mode_free(void *g) { delete static_cast<c10::InferenceMode *>(g); }
EXPORT int pt_grad_enabled() { return at::GradMode::is_enabled(); }

// --- autocast (absent from TorchSharp's API; used by Core/Engine alone)
DO(autocast_begin, (int device, int dtype), {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    auto kind = static_cast<at::DeviceType>(device);
    at::autocast::set_autocast_dtype(kind, static_cast<at::ScalarType>(dtype));
    at::autocast::set_autocast_enabled(kind, true);
#else
    if (device == 0) { at::autocast::set_autocast_cpu_dtype(static_cast<at::ScalarType>(dtype)); at::autocast::set_cpu_enabled(true); }
    else { at::autocast::set_autocast_gpu_dtype(static_cast<at::ScalarType>(dtype)); at::autocast::set_enabled(true); }
#endif
    at::autocast::increment_nesting();
})
DO(autocast_end, (int device), {
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    at::autocast::set_autocast_enabled(static_cast<at::DeviceType>(device), false);
#else
    if (device == 0) at::autocast::set_cpu_enabled(false); else at::autocast::set_enabled(false);
#endif
})
OP(channels_last, (Handle t), t->contiguous(at::MemoryFormat::ChannelsLast))

// --- random generators
EXPORT at::Generator *pt_generator(uint64_t seed, int device, int index) {
    return guarded<at::Generator *>(nullptr, [&] {
        if (device == 0) return new at::Generator(at::make_generator<at::CPUGeneratorImpl>(seed));
        auto g = at::globalContext().defaultGenerator(c10::Device(static_cast<c10::DeviceType>(device), static_cast<c10::DeviceIndex>(index))).clone();
        g.set_current_seed(seed);
        return new at::Generator(g);
    });
}
EXPORT void pt_generator_free(at::Generator *g) { delete g; }
OP(generator_get_state, (at::Generator *g), g->get_state())
DO(generator_set_state, (at::Generator *g, Handle s), g->set_state(*s))
DO(manual_seed, (uint64_t seed), at::manual_seed(seed))

// --- making
OP(from_bytes, (const void *p, const int64_t *s, int n, int dtype), ({
    auto t = at::empty(dims(s, n), options(dtype, 0, -1));
    std::memcpy(t.data_ptr(), p, t.nbytes());
    t;
}))
OP(empty, (const int64_t *s, int n, int t, int d, int i), at::empty(dims(s, n), options(t, d, i)))
OP(full, (const int64_t *s, int n, S, int t, int dev, int ix), at::full(dims(s, n), SC, options(t, dev, ix)))
OP(randn, (const int64_t *s, int n, at::Generator *g, int t, int d, int i), at::randn(dims(s, n), maybe(g), options(t, d, i)))
OP(rand, (const int64_t *s, int n, at::Generator *g, int t, int d, int i), at::rand(dims(s, n), maybe(g), options(t, d, i)))
OP(randint, (int64_t lo, int64_t hi, const int64_t *s, int n, at::Generator *g, int t, int d, int i), at::randint(lo, hi, dims(s, n), maybe(g), options(t, d, i)))
OP(randperm, (int64_t n, at::Generator *g, int t, int d, int i), at::randperm(n, maybe(g), options(t, d, i)))
OP(arange, (double a, double b, double step, int t, int d, int i), at::arange(a, b, step, options(t, d, i)))
OP(linspace, (double a, double b, int64_t n, int t, int d, int i), at::linspace(a, b, n, options(t, d, i)))
DO(uniform_, (Handle t, double a, double b, at::Generator *g), at::NoGradGuard guard; t->uniform_(a, b, maybe(g)))
DO(normal_, (Handle t, double mean, double std, at::Generator *g), at::NoGradGuard guard; t->normal_(mean, std, maybe(g)))

// --- form
OP(to, (Handle t, int dtype, int device, int index, int copy, int nonblocking), t->to(options(dtype, device, index).device(), static_cast<at::ScalarType>(dtype), nonblocking != 0, copy != 0))
OP(same, (Handle t), *t) // another handle of the same tensor
OP(detach, (Handle t), t->detach())
OP(clone, (Handle t), t->clone())
OP(contiguous, (Handle t), t->contiguous())
OP(reshape, (Handle t, const int64_t *s, int n), t->reshape(dims(s, n)))
OP(view, (Handle t, const int64_t *s, int n), t->view(dims(s, n)))
OP(permute, (Handle t, const int64_t *s, int n), t->permute(dims(s, n)))
OP(expand, (Handle t, const int64_t *s, int n), t->expand(dims(s, n)))
OP(transpose, (Handle t, int64_t a, int64_t b), t->transpose(a, b))
OP(unsqueeze, (Handle t, int64_t d), t->unsqueeze(d))
OP(squeeze, (Handle t, int64_t d), t->squeeze(d))
OP(flatten, (Handle t, int64_t a, int64_t b), t->flatten(a, b))
OP(narrow, (Handle t, int64_t d, int64_t a, int64_t n), t->narrow(d, a, n))
OP(select, (Handle t, int64_t d, int64_t k), t->select(d, k))
OP(index_select, (Handle t, int64_t d, Handle k), t->index_select(d, *k))
OP(flip, (Handle t, const int64_t *s, int n), t->flip(dims(s, n)))
OP(gather, (Handle t, int64_t d, Handle k), t->gather(d, *k))
OP(cat, (Handle *items, int n, int64_t d), at::cat(list(items, n), d))
OP(stack, (Handle *items, int n, int64_t d), at::stack(list(items, n), d))
DO(chunk, (Handle t, int64_t n, int64_t d, Handle *into, int *made), auto parts = t->chunk(n, d); for (size_t k = 0; k < parts.size(); ++k) into[k] = new Tensor(parts[k]); *made = static_cast<int>(parts.size()))

// --- arithmetic
OP(add, (Handle a, Handle b), *a + *b)
OP(sub, (Handle a, Handle b), *a - *b)
OP(mul, (Handle a, Handle b), *a * *b)
OP(div, (Handle a, Handle b), *a / *b)
OP(add_scalar, (Handle a, S), at::add(*a, SC))
OP(sub_scalar, (Handle a, S), at::sub(*a, SC))
OP(rsub_scalar, (Handle a, S), at::rsub(*a, SC))
OP(mul_scalar, (Handle a, S), at::mul(*a, SC))
OP(div_scalar, (Handle a, S), at::div(*a, SC))
OP(rdiv_scalar, (Handle a, S), at::mul(at::reciprocal(*a), SC))
OP(pow_scalar, (Handle a, S), at::pow(*a, SC))
DO(add_, (Handle a, Handle b, S), a->add_(*b, SC))
DO(sub_, (Handle a, Handle b), a->sub_(*b))
DO(mul_, (Handle a, Handle b), a->mul_(*b))
DO(div_, (Handle a, Handle b), a->div_(*b))
DO(add_scalar_, (Handle a, S), a->add_(SC))
DO(mul_scalar_, (Handle a, S), a->mul_(SC))
DO(div_scalar_, (Handle a, S), a->div_(SC))
DO(fill_, (Handle a, S), a->fill_(SC))
DO(copy_, (Handle a, Handle b, int nonblocking), a->copy_(*b, nonblocking != 0))
DO(lerp_, (Handle a, Handle end, S), a->lerp_(*end, SC))
DO(addcmul_, (Handle a, Handle b, Handle c, S), a->addcmul_(*b, *c, SC))
DO(addcdiv_, (Handle a, Handle b, Handle c, S), a->addcdiv_(*b, *c, SC))
DO(sqrt_, (Handle a), a->sqrt_())
DO(clamp_, (Handle a, double lo, int has_lo, double hi, int has_hi), a->clamp_(has_lo ? c10::optional<at::Scalar>(lo) : c10::nullopt, has_hi ? c10::optional<at::Scalar>(hi) : c10::nullopt))
OP(clamp, (Handle a, double lo, int has_lo, double hi, int has_hi), a->clamp(has_lo ? c10::optional<at::Scalar>(lo) : c10::nullopt, has_hi ? c10::optional<at::Scalar>(hi) : c10::nullopt))
OP(neg, (Handle a), a->neg())
OP(exp, (Handle a), a->exp())
OP(log, (Handle a), a->log())
OP(sqrt, (Handle a), a->sqrt())
OP(square, (Handle a), a->square())
OP(abs, (Handle a), a->abs())
OP(sin, (Handle a), a->sin())
OP(cos, (Handle a), a->cos())
OP(round, (Handle a), a->round())
OP(sigmoid, (Handle a), a->sigmoid())
OP(tanh, (Handle a), a->tanh())
OP(relu, (Handle a), a->relu())
OP(silu, (Handle a), at::silu(*a))
OP(gelu, (Handle a), at::gelu(*a))
OP(mish, (Handle a), at::mish(*a))
DO(silu_, (Handle a), at::silu_(*a))
OP(isfinite, (Handle a), at::isfinite(*a))
OP(eq, (Handle a, Handle b), a->eq(*b))
OP(ne, (Handle a, Handle b), a->ne(*b))
OP(lt_scalar, (Handle a, S), a->lt(SC))
OP(gt_scalar, (Handle a, S), a->gt(SC))
OP(where, (Handle c, Handle a, Handle b), at::where(*c, *a, *b))
OP(all, (Handle a), a->all())
OP(any, (Handle a), a->any())
OP(sum, (Handle a), a->sum())
OP(mean, (Handle a), a->mean())
OP(sum_dims, (Handle a, const int64_t *s, int n, int keep), a->sum(dims(s, n), keep != 0))
OP(mean_dims, (Handle a, const int64_t *s, int n, int keep), a->mean(dims(s, n), keep != 0))
OP(max, (Handle a), a->max())
OP(min, (Handle a), a->min())
OP(argmax, (Handle a, int64_t d, int keep), a->argmax(d, keep != 0))
OP(norm, (Handle a), a->norm())
OP(quantile, (Handle a, Handle q, int64_t d, int keep), a->quantile(*q, d, keep != 0))
OP(matmul, (Handle a, Handle b), a->matmul(*b))
OP(bmm, (Handle a, Handle b), a->bmm(*b))
OP(softmax, (Handle a, int64_t d), a->softmax(d))
OP(linalg_cholesky, (Handle a), at::linalg_cholesky(*a))
OP(linalg_eigvalsh, (Handle a, char uplo), at::linalg_eigvalsh(*a, std::string(1, uplo)))
OP(linalg_svdvals, (Handle a), at::linalg_svdvals(*a))
DO(linalg_eigh, (Handle a, char uplo, Handle *into), auto pair = at::linalg_eigh(*a, std::string(1, uplo)); into[0] = new Tensor(std::get<0>(pair)); into[1] = new Tensor(std::get<1>(pair)))

// --- networks
OP(conv2d, (Handle x, Handle w, Handle b, const int64_t *stride, const int64_t *padding, const int64_t *dilation, int64_t groups),
   at::conv2d(*x, *w, maybe(b), dims(stride, 2), dims(padding, 2), dims(dilation, 2), groups))
OP(linear, (Handle x, Handle w, Handle b), at::linear(*x, *w, maybe(b)))
OP(group_norm, (Handle x, int64_t groups, Handle w, Handle b, double eps), at::group_norm(*x, groups, maybe(w), maybe(b), eps))
OP(embedding, (Handle w, Handle k), at::embedding(*w, *k))
OP(upsample_nearest2d, (Handle x, const int64_t *size), at::upsample_nearest2d(*x, dims(size, 2)))
OP(avg_pool2d, (Handle x, const int64_t *k, const int64_t *s), at::avg_pool2d(*x, dims(k, 2), dims(s, 2)))
OP(max_pool2d, (Handle x, const int64_t *k, const int64_t *s), at::max_pool2d(*x, dims(k, 2), dims(s, 2)))
OP(pad, (Handle x, const int64_t *p, int n, double value), at::constant_pad_nd(*x, dims(p, n), value))
OP(conv_transpose2d, (Handle x, Handle w, Handle b, const int64_t *stride, const int64_t *padding, const int64_t *output_padding, const int64_t *dilation, int64_t groups),
   at::conv_transpose2d(*x, *w, maybe(b), dims(stride, 2), dims(padding, 2), dims(output_padding, 2), groups, dims(dilation, 2)))
OP(reflection_pad2d, (Handle x, const int64_t *p), at::reflection_pad2d(*x, dims(p, 4)))
OP(dropout, (Handle x, double p, int training), at::dropout(*x, p, training != 0))
OP(mse_loss, (Handle a, Handle b, int reduction), at::mse_loss(*a, *b, reduction))
OP(cross_entropy, (Handle a, Handle b), at::cross_entropy_loss(*a, *b))
OP(scaled_dot_product_attention, (Handle q, Handle k, Handle v), ({
#if TORCH_VERSION_MAJOR >= 2
    auto r = at::scaled_dot_product_attention(*q, *k, *v);
#else
    const double scale = 1.0 / std::sqrt(static_cast<double>(q->size(-1)));
    auto r = at::matmul(at::softmax(at::matmul(*q * scale, k->transpose(-2, -1)), -1), *v);
#endif
    r;
}))

// --- fused
DO(adamw_, (Handle weight, Handle grad, Handle m, Handle v, double rate, double beta1, double beta2, double correction2, double eps, double scale),
   adamw(*weight, grad->contiguous(), *m, *v, rate, beta1, beta2, correction2, eps, scale))
OP(group_norm_silu, (Handle x, int64_t groups, Handle w, Handle b, double eps, int to_bfloat16), group_norm_silu(*x, groups, *w, *b, eps, to_bfloat16 != 0))
