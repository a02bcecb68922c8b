using Playground.Core.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

internal static class Normalization
{
    /// <summary>Group norm in float32 whatever the input's precision: libtorch refuses bfloat16 input with float32 weights.</summary>
    public static Tensor Apply(GroupNorm norm, Tensor x) => norm.call(x.dtype == ScalarType.Float32 ? x : x.to(ScalarType.Float32));

    public static Tensor Silu(GroupNorm norm, Tensor x)
    {
        if (FusedKernels.GroupNormSilu(norm, x) is { } fused) return fused;
        var h = Apply(norm, x);
        return is_grad_enabled() ? h.silu() : h.silu_();
    }
}
