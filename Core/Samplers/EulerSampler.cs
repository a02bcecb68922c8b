using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>Euler's method on dx/dσ = (x − x̂₀)/σ (Karras et al. 2022, algorithm 2 without its correction and churn).</summary>
internal sealed class EulerSampler(SamplerSettings s) : SigmaSampler(s)
{
    public override IReadOnlyList<float> Timesteps => Sigmas.Timesteps;

    public override bool NeedsNoise(int index) => false;

    public override SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise)
    {
        var (sigma, sigmaNext) = (Sigmas.Sigmas[index], Sigmas.Sigmas[index + 1]);
        var x0 = Original(index, x, prediction);
        var d = (x - x0) / sigma;
        return new SamplerStep(x + d * (sigmaNext - sigma), x0);
    }
}
