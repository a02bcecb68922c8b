using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>
/// Euler's step down past σ_next to σ_down, then noise up to it: σ_up² = σ_next²·(σ² − σ_next²)/σ² (Crowson 2022, k-diffusion's
/// sample_euler_ancestral; the ancestral step of Ho et al. 2020 in σ).
/// </summary>
internal sealed class EulerAncestralSampler(SamplerSettings s) : SigmaSampler(s)
{
    public override IReadOnlyList<float> Timesteps => Sigmas.Timesteps;

    public override bool NeedsNoise(int index) => Sigmas.Sigmas[index + 1] > 0;

    public override SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise)
    {
        var (sigma, sigmaNext) = (Sigmas.Sigmas[index], Sigmas.Sigmas[index + 1]);
        var (sigma2, next2) = (sigma * sigma, sigmaNext * sigmaNext);
        var sigmaUp = MathF.Sqrt(next2 * (sigma2 - next2) / sigma2);
        var sigmaDown = MathF.Sqrt(MathF.Max(next2 - sigmaUp * sigmaUp, 0));

        var x0 = Original(index, x, prediction);
        var d = (x - x0) / sigma;
        var previous = x + d * (sigmaDown - sigma);
        if (!NeedsNoise(index)) return new SamplerStep(previous, x0);

        ArgumentNullException.ThrowIfNull(noise);
        return new SamplerStep(previous + noise * sigmaUp, x0);
    }
}
