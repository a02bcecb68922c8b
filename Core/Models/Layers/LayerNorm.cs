using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// Layer normalization (Ba et al. 2016) over the last dimension with <c>weight</c> and <c>bias</c> [C], as PyTorch's; it begins as the
/// identity.
/// </summary>
internal sealed class LayerNorm : Layer
{
    private readonly Parameter weight, bias;
    private readonly double _epsilon;

    public LayerNorm(int channels, double epsilon = 1e-5) : base(nameof(LayerNorm))
    {
        _epsilon = epsilon;
        weight = OwnedParameter.Of(ones(channels));
        bias = OwnedParameter.Of(zeros(channels));
        register_parameter("weight", weight);
        register_parameter("bias", bias);
    }

    /// <param name="x">[…, C]; the sums are taken in float32.</param>
    public override Tensor forward(Tensor x) => nn.functional.layer_norm(x, [weight.shape[0]], weight, bias, _epsilon);
}
