#include "kernels.h"

#include <ATen/Parallel.h>

#include <cmath>
#include <cstring>
#include <vector>

// The loops below are compiled for several processors, and the one at hand decides which runs.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VECTORIZED __attribute__((noinline, target_clones("avx512f", "avx2", "default")))
#else
#define VECTORIZED __attribute__((noinline))
#endif

namespace {
using at::Tensor;
constexpr int64_t kGrain = 1 << 15;

VECTORIZED void adamw_range(float *w, const float *grad, float *m, float *v, int64_t n, float rate, float beta1, float beta2, float root, float eps, float scale) {
#pragma omp simd
    for (int64_t k = 0; k < n; ++k) {
        const float g = grad[k] * scale;
        m[k] += (g - m[k]) * (1 - beta1);
        v[k] = v[k] * beta2 + g * g * (1 - beta2);
        w[k] -= rate * m[k] / (std::sqrt(v[k]) * root + eps);
    }
}

struct Float {
    using Word = float;
    static float up(float x) { return x; }
    static float down(float x) { return x; }
};

struct Bfloat16 {
    using Word = uint16_t;
    static float up(uint16_t x) {
        const uint32_t bits = static_cast<uint32_t>(x) << 16;
        float result;
        std::memcpy(&result, &bits, sizeof result);
        return result;
    }
    // To the nearest, ties to even.
    static uint16_t down(float x) {
        uint32_t bits;
        std::memcpy(&bits, &x, sizeof bits);
        return static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
};

// Sums of x - origin and of its square, by channel: near the mean, so that the variance does not cancel away.
template <class T> inline void add_moments(const typename T::Word *x, const typename T::Word *origin, int64_t rows, int64_t channels, float *sum, float *squares) {
    for (int64_t r = 0; r < rows; ++r, x += channels) {
#pragma omp simd
        for (int64_t c = 0; c < channels; ++c) {
            const float value = T::up(x[c]) - T::up(origin[c]);
            sum[c] += value;
            squares[c] += value * value;
        }
    }
}

template <class T, class U> inline void apply(const typename T::Word *x, typename U::Word *y, int64_t rows, int64_t channels, const float *scale, const float *shift) {
    for (int64_t r = 0; r < rows; ++r, x += channels, y += channels) {
#pragma omp simd
        for (int64_t c = 0; c < channels; ++c) {
            const float value = T::up(x[c]) * scale[c] + shift[c];
            y[c] = U::down(value / (1 + std::exp(-value)));
        }
    }
}

VECTORIZED void moments_f32(const float *x, const float *origin, int64_t rows, int64_t channels, float *sum, float *squares) { add_moments<Float>(x, origin, rows, channels, sum, squares); }
VECTORIZED void moments_bf16(const uint16_t *x, const uint16_t *origin, int64_t rows, int64_t channels, float *sum, float *squares) { add_moments<Bfloat16>(x, origin, rows, channels, sum, squares); }
VECTORIZED void apply_f32_f32(const float *x, float *y, int64_t rows, int64_t channels, const float *scale, const float *shift) { apply<Float, Float>(x, y, rows, channels, scale, shift); }
VECTORIZED void apply_f32_bf16(const float *x, uint16_t *y, int64_t rows, int64_t channels, const float *scale, const float *shift) { apply<Float, Bfloat16>(x, y, rows, channels, scale, shift); }
VECTORIZED void apply_bf16_f32(const uint16_t *x, float *y, int64_t rows, int64_t channels, const float *scale, const float *shift) { apply<Bfloat16, Float>(x, y, rows, channels, scale, shift); }
VECTORIZED void apply_bf16_bf16(const uint16_t *x, uint16_t *y, int64_t rows, int64_t channels, const float *scale, const float *shift) { apply<Bfloat16, Bfloat16>(x, y, rows, channels, scale, shift); }
} // namespace

void adamw(Tensor &weight, const Tensor &grad, Tensor &m, Tensor &v, float rate, float beta1, float beta2, double correction2, float eps, float scale) {
    TORCH_CHECK(grad.is_cpu() && grad.scalar_type() == at::kFloat && weight.is_contiguous() && m.is_contiguous() && v.is_contiguous() && grad.numel() == weight.numel(),
                "adamw takes contiguous float32 tensors of one size on the CPU");
    float *const pw = weight.data_ptr<float>(), *const pm = m.data_ptr<float>(), *const pv = v.data_ptr<float>();
    const float *const pg = grad.data_ptr<float>();
    const float root = static_cast<float>(1 / std::sqrt(correction2));
    at::parallel_for(0, grad.numel(), kGrain, [=](int64_t begin, int64_t end) {
        adamw_range(pw + begin, pg + begin, pm + begin, pv + begin, end - begin, rate, beta1, beta2, root, eps, scale);
    });
}

Tensor group_norm_silu(const Tensor &input, int64_t groups, const Tensor &weight, const Tensor &bias, double eps, bool to_bfloat16) {
    TORCH_CHECK(input.is_cpu() && input.dim() == 4 && (input.scalar_type() == at::kFloat || input.scalar_type() == at::kBFloat16), "group_norm_silu takes a float32 or bfloat16 [N, C, H, W] on the CPU");
    const int64_t pictures = input.size(0), channels = input.size(1), pixels = input.size(2) * input.size(3), depth = channels / groups;
    TORCH_CHECK(groups > 0 && channels % groups == 0 && weight.numel() == channels && bias.numel() == channels, "group_norm_silu: ", channels, " channels do not make ", groups, " groups, or weight and bias are of another size");
    const Tensor x = input.contiguous(at::MemoryFormat::ChannelsLast), w = weight.contiguous(), b = bias.contiguous();
    const Tensor y = at::empty(x.sizes(), x.options().dtype(to_bfloat16 ? at::kBFloat16 : at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
    const bool from_bfloat16 = x.scalar_type() == at::kBFloat16;
    const char *const px = static_cast<const char *>(x.data_ptr());
    char *const py = static_cast<char *>(y.data_ptr());
    const int64_t in_row = channels * (from_bfloat16 ? 2 : 4), out_row = channels * (to_bfloat16 ? 2 : 4);

    // A part is some rows of pixels of one picture: small enough for the cache, and enough of them for all threads.
    const int64_t part = std::max<int64_t>(1, std::min<int64_t>(pixels, kGrain / channels)), parts = (pixels + part - 1) / part;
    const int64_t grain = std::max<int64_t>(1, kGrain / (part * channels));
    std::vector<float> moments(pictures * parts * 2 * channels), affine(pictures * 2 * channels);
    at::parallel_for(0, pictures * parts, grain, [&](int64_t begin, int64_t end) {
        for (int64_t k = begin; k < end; ++k) {
            const int64_t picture = k / parts * pixels, first = k % parts * part, rows = std::min(part, pixels - first);
            const char *const origin = px + picture * in_row, *const from = origin + first * in_row;
            float *const sum = &moments[k * 2 * channels];
            if (from_bfloat16) moments_bf16(reinterpret_cast<const uint16_t *>(from), reinterpret_cast<const uint16_t *>(origin), rows, channels, sum, sum + channels);
            else moments_f32(reinterpret_cast<const float *>(from), reinterpret_cast<const float *>(origin), rows, channels, sum, sum + channels);
        }
    });
    for (int64_t n = 0; n < pictures; ++n) {
        std::vector<double> sums(2 * channels), origin(channels);
        for (int64_t k = n * parts; k < (n + 1) * parts; ++k)
            for (int64_t c = 0; c < 2 * channels; ++c) sums[c] += moments[k * 2 * channels + c];
        for (int64_t c = 0; c < channels; ++c) {
            const char *const first = px + n * pixels * in_row;
            origin[c] = from_bfloat16 ? Bfloat16::up(reinterpret_cast<const uint16_t *>(first)[c]) : reinterpret_cast<const float *>(first)[c];
        }
        for (int64_t g = 0; g < groups; ++g) {
            const double count = static_cast<double>(pixels * depth);
            double mean = 0, squares = 0;
            for (int64_t c = g * depth; c < (g + 1) * depth; ++c) mean += (sums[c] + pixels * origin[c]) / count;
            for (int64_t c = g * depth; c < (g + 1) * depth; ++c) {
                const double away = mean - origin[c];
                squares += sums[channels + c] - 2 * away * sums[c] + pixels * away * away;
            }
            const double inverse = 1 / std::sqrt(std::max(squares / count, 0.0) + eps);
            for (int64_t c = g * depth; c < (g + 1) * depth; ++c) {
                const double scale = w.data_ptr<float>()[c] * inverse;
                affine[n * 2 * channels + c] = static_cast<float>(scale);
                affine[(n * 2 + 1) * channels + c] = static_cast<float>(b.data_ptr<float>()[c] - mean * scale);
            }
        }
    }
    at::parallel_for(0, pictures * parts, grain, [&](int64_t begin, int64_t end) {
        for (int64_t k = begin; k < end; ++k) {
            const int64_t n = k / parts, first = k % parts * part, rows = std::min(part, pixels - first), row = n * pixels + first;
            const float *const scale = &affine[n * 2 * channels], *const shift = scale + channels;
            const auto *const xf = reinterpret_cast<const float *>(px + row * in_row);
            const auto *const xb = reinterpret_cast<const uint16_t *>(px + row * in_row);
            auto *const yf = reinterpret_cast<float *>(py + row * out_row);
            auto *const yb = reinterpret_cast<uint16_t *>(py + row * out_row);
            if (from_bfloat16 && to_bfloat16) apply_bf16_bf16(xb, yb, rows, channels, scale, shift);
            else if (from_bfloat16) apply_bf16_f32(xb, yf, rows, channels, scale, shift);
            else if (to_bfloat16) apply_f32_bf16(xf, yb, rows, channels, scale, shift);
            else apply_f32_f32(xf, yf, rows, channels, scale, shift);
        }
    });
    return y;
}
