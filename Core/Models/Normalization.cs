using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

internal static class Normalization
{
    /// <summary>Group norm in float32 whatever the input's precision: libtorch refuses bfloat16 input with float32 weights.</summary>
    public static Tensor Apply(GroupNorm norm, Tensor x) => norm.call(Float32(x));

    public static Tensor Silu(GroupNorm norm, Tensor x)
    {
        if (FusedKernels.GroupNormSilu(norm, x) is { } fused) return fused;
        var h = Apply(norm, x);
        return is_grad_enabled() ? h.silu() : h.silu_();
    }

    public static Tensor Float32(Tensor x) => x.dtype == ScalarType.Float32 ? x : x.to(ScalarType.Float32);

    /// <summary>The groups that blocks take which ignore <c>norm_num_groups</c>, and every block where it is null.</summary>
    public static int DefaultGroups(int channels) => Math.Min(channels / 4, 32);
}
