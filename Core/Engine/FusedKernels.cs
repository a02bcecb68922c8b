using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Engine;

/// <summary>Chains of operators as one pass over memory, where the binding has them; each has a plain fall-back.</summary>
internal static class FusedKernels
{
    /// <summary>SiLU(GroupNorm(x)), [N, C, H, W], for the convolution that follows: in bfloat16 where this thread computes convolutions so. Null where there is no such kernel.</summary>
    public static Tensor? GroupNormSilu(GroupNorm norm, Tensor x)
    {
#if ENGINE_SYSTEM
        if (x.device_type == DeviceType.CPU && !is_grad_enabled() && norm is { weight: { } weight, bias: { } bias })
            return EngineExtensions.GroupNormSilu(x, norm.num_groups, weight, bias, norm.eps, Precision.IsBfloat16);
#endif
        return null;
    }

    /// <summary>w ← w − rate · m / (√(v / correction2) + ε) with both moments moved first, from the gradient times <paramref name="scale"/>.</summary>
    /// <param name="rate">The learning rate over 1 − β₁ⁿ.</param>
    /// <param name="correction2">1 − β₂ⁿ.</param>
    public static void AdamW(Tensor weight, Tensor grad, Tensor m, Tensor v, double rate, double beta1, double beta2, double correction2, double eps, double scale)
    {
#if ENGINE_SYSTEM
        if (weight.device_type == DeviceType.CPU && weight.dtype == ScalarType.Float32)
        {
            EngineExtensions.AdamW(weight, grad, m, v, rate, beta1, beta2, correction2, eps, scale);
            return;
        }
#endif
        using var scope = NewDisposeScope();
        var g = scale == 1 ? grad : grad * scale;
        m.lerp_(g, 1 - beta1);
        v.mul_(beta2);
        v.addcmul_(g, g, 1 - beta2);
        var denominator = v.sqrt();
        denominator.div_(Math.Sqrt(correction2));
        denominator.add_(eps);
        weight.addcdiv_(m, denominator, -rate);
    }
}
