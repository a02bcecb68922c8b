using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>
/// Sine and cosine of 2π·w·ln σ for fixed random w ~ N(0, 16²) (Tancik et al. 2020; Song et al. 2021). w is saved and never trained; it is
/// unset until drawn or loaded.
/// </summary>
internal sealed class FourierFeatures : Layer
{
    /// <summary>Standard deviation of w.</summary>
    public const double Spread = 16;

    private readonly Parameter weight;

    public FourierFeatures(int channels) : base(nameof(FourierFeatures))
    {
        weight = OwnedParameter.Of(empty(channels), trained: false);
        register_parameter("weight", weight);
    }

    /// <param name="sigma">Noise levels above 0, [N].</param>
    /// <returns>[N, 2·channels].</returns>
    public override Tensor forward(Tensor sigma)
    {
        var angles = sigma.to(ScalarType.Float32).log().unsqueeze(1) * weight.unsqueeze(0) * 2 * Math.PI;
        return cat([angles.sin(), angles.cos()], -1);
    }
}
