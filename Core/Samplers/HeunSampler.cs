using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>
/// Heun's method on dx/dσ = (x − x̂₀)/σ (Karras et al. 2022, algorithm 1): an Euler step, then the same step again with the mean of
/// the slopes at its two ends. The even calls are the first, the odd ones the second; the step to the end has only the first.
/// </summary>
internal sealed class HeunSampler : SigmaSampler
{
    private readonly float[] _timesteps;

    public HeunSampler(SamplerSettings s) : base(s)
        => _timesteps = [.. Sigmas.Timesteps.Take(1), .. Sigmas.Timesteps.Skip(1).SelectMany(t => new[] { t, t })];

    public override IReadOnlyList<float> Timesteps => _timesteps;

    public override int FirstCall(int step) => 2 * step;

    public override bool NeedsNoise(int index) => false;

    protected override int EntryOf(int index) => (index + 1) / 2;

    public override SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise)
    {
        var step = index / 2;
        var (sigma, sigmaNext) = (Sigmas.Sigmas[step], Sigmas.Sigmas[step + 1]);
        var x0 = Original(index, x, prediction);
        if (index % 2 == 0)
        {
            var d = (x - x0) / sigma;
            return new SamplerStep(x + d * (sigmaNext - sigma), x0, index + 1 < _timesteps.Length ? [d, x] : []);
        }
        if (history is not [var first, var start])
            throw new ArgumentException("The second call of a Heun step needs the history of the first.", nameof(history));
        var second = (x - x0) / sigmaNext;
        return new SamplerStep(start + (first + second) / 2 * (sigmaNext - sigma), x0);
    }
}
