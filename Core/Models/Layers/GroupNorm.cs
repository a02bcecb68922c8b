using Playground.Core.Engine;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// Group normalization (Wu &amp; He 2018) with <c>weight</c> and <c>bias</c> [C], as PyTorch's, computed in float32; it begins as the
/// identity.
/// </summary>
internal sealed class GroupNorm : Layer
{
    private readonly Parameter weight, bias;
    private readonly int _groups;
    private readonly double _epsilon;

    public GroupNorm(int groups, int channels, double epsilon) : base(nameof(GroupNorm))
    {
        (_groups, _epsilon) = (groups, epsilon);
        weight = OwnedParameter.Of(ones(channels));
        bias = OwnedParameter.Of(zeros(channels));
        register_parameter("weight", weight);
        register_parameter("bias", bias);
    }

    public Parameter Weight => weight;

    public Parameter Bias => bias;

    /// <param name="x">[N, C, H, W].</param>
    public override Tensor forward(Tensor x) => nn.functional.group_norm(x, _groups, weight, bias, _epsilon);

    /// <summary>SiLU of the norm.</summary>
    public Tensor Silu(Tensor x)
    {
        if (FastPath.Takes(x)) return Fused(x, null, null, silu: true);
        var h = call(x);
        return is_grad_enabled() ? h.silu() : h.silu_();
    }

    /// <summary>
    /// The norm of x + t, or its SiLU, of channels that may lie in two pieces; only where <see cref="FastPath.Takes"/> them.
    /// </summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="second">Further channels, [N, C″, H, W], as <c>cat</c> would put them behind; null for none.</param>
    /// <param name="added">t, [N, C + C″] float32; null for none.</param>
    /// <param name="silu">Whether SiLU follows.</param>
    /// <returns>[N, C + C″, H, W] in the thread's precision.</returns>
    public Tensor Fused(Tensor x, Tensor? second, Tensor? added, bool silu)
        => GroupNormSilu.Apply(x, second, added, weight, bias, new GroupNormShape(_groups, _epsilon, silu), Precision.Type);
}
