using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>
/// Multistep sampling of a latent consistency model (Luo et al. 2023, algorithm 3): every step goes to x₀ at once, then back up to the
/// next timestep with fresh noise. Only for models distilled to it.
/// </summary>
internal sealed class LcmSampler : VariancePreservingSampler
{
    private readonly (float Skip, float Out)[] _boundary;

    public LcmSampler(SamplerSettings s) : base(s, Pick(s), alphaBarAtEnd: 1)
    {
        // c_skip and c_out with σ_data = ½ (eq. 9): at t = 0 the answer is x itself
        _boundary = [.. Timesteps.Select(t => t * s.TimestepScaling).Select(t => (0.25f / (t * t + 0.25f), t / MathF.Sqrt(t * t + 0.25f)))];
    }

    public override bool NeedsNoise(int index) => index + 1 < Timesteps.Count;

    public override SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise)
    {
        var (skip, scale) = _boundary[index];
        var denoised = Original.From(x, prediction, At(index)) * scale + x * skip;
        if (!NeedsNoise(index)) return new SamplerStep(denoised.alias(), denoised);

        ArgumentNullException.ThrowIfNull(noise);
        return new SamplerStep(denoised * MathF.Sqrt(AlphaBarPrev(index)) + noise * MathF.Sqrt(1 - AlphaBarPrev(index)), denoised);
    }

    // Evenly among the timesteps that the model was distilled on.
    private static int[] Pick(SamplerSettings s)
    {
        if (s.OriginalSteps > s.Trained) throw new PlaygroundException(
            $"originalSteps is {s.OriginalSteps}; it must be 1 to {s.Trained}, the number of timesteps that the model was trained on.");
        if (s.Steps > s.OriginalSteps)
            throw new PlaygroundException(
                $"steps is {s.Steps}; lcm takes 1 to {s.OriginalSteps}, the number of timesteps that its models are distilled on "
                    + "(originalSteps).");
        var k = s.Trained / s.OriginalSteps;
        return [.. Enumerable.Range(0, s.Steps).Select(i => (s.OriginalSteps - (int)(i * ((double)s.OriginalSteps / s.Steps))) * k - 1)];
    }
}
