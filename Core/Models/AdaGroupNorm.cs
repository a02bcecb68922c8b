using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Group norm whose gain and bias come from the time embedding (Dhariwal &amp; Nichol 2021, eq. 4).</summary>
internal sealed class AdaGroupNorm : TimedLayer
{
    private readonly Linear _linear;
    private readonly int _groups;
    private readonly double _eps;

    public AdaGroupNorm(int channels, int timeChannels, int groups, double eps) : base(nameof(AdaGroupNorm))
    {
        (_groups, _eps) = (groups, eps);
        _linear = new Linear(timeChannels, channels * 2);
        register_module("linear", _linear);
    }

    /// <param name="x">[N, C, H, W].</param>
    /// <param name="embedding">The time embedding, [N, E].</param>
    public override Tensor forward(Tensor x, Tensor? embedding)
    {
        var gain = _linear.call(embedding!).unsqueeze(-1).unsqueeze(-1).chunk(2, 1);
        return nn.functional.group_norm(Normalization.Float32(x), _groups, eps: _eps) * (gain[0] + 1) + gain[1];
    }
}
