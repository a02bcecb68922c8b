using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Models;

/// <summary>Linear, SiLU, linear over features of the timestep.</summary>
internal sealed class TimestepEmbedding : Layer
{
    private readonly Linear _linear1, _linear2;

    public TimestepEmbedding(int features, int width) : base(nameof(TimestepEmbedding))
    {
        _linear1 = new Linear(features, width);
        _linear2 = new Linear(width, width);
        register_module("linear_1", _linear1);
        register_module("linear_2", _linear2);
    }

    /// <param name="features">[N, F].</param>
    /// <returns>[N, width].</returns>
    public override Tensor forward(Tensor features) => _linear2.call(_linear1.call(features).silu());

    /// <summary>
    /// exp(−ln 10⁴ · i / (half − shift)) · t, as [sin, cos] or [cos, sin]: [N, channels] in float32 (Vaswani et al. 2017, section 3.5).
    /// </summary>
    public static Tensor Sinusoids(Tensor t, int channels, bool cosineFirst = false, int shift = 0)
    {
        var half = channels / 2;
        var frequencies = (arange(half, dtype: ScalarType.Float32, device: t.device) * -Math.Log(10000) / (half - shift)).exp();
        var angles = t.to(ScalarType.Float32).unsqueeze(1) * frequencies.unsqueeze(0);
        var pair = cosineFirst ? cat([angles.cos(), angles.sin()], -1) : cat([angles.sin(), angles.cos()], -1);
        return channels % 2 == 0 ? pair : nn.functional.pad(pair, [0, 1]);
    }
}
