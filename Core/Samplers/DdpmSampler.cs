using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>Ancestral sampling from q(x_p | x_t, x₀) (Ho et al. 2020, algorithm 2), on any sublist of the timesteps.</summary>
internal sealed class DdpmSampler : VariancePreservingSampler
{
    private readonly string _variance;
    private readonly bool _noiseAtLast;

    public DdpmSampler(SamplerSettings s) : base(s, TimestepSpacing.Of(s.Spacing, s.Trained, s.Steps, s.Offset), alphaBarAtEnd: 1)
    {
        if (!PosteriorVariance.Names.Contains(s.VarianceType))
            throw new PlaygroundException(
                $"variance_type '{s.VarianceType}' is not known; use one of: {string.Join(", ", PosteriorVariance.Names)}.");
        // diffusers draws noise unless t = 0, so after trailing's last step too.
        (_variance, _noiseAtLast) = (s.VarianceType, s.Stride is not null && Timesteps[^1] > 0);
    }

    public override bool NeedsNoise(int index) => index + 1 < Timesteps.Count || _noiseAtLast;

    public override SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise)
    {
        var (alphaBar, alphaBarPrev) = (AlphaBar(index), AlphaBarPrev(index));
        var alpha = alphaBar / alphaBarPrev;
        var beta = 1 - alpha;

        // The mean of the posterior (eq. 7)
        var x0 = Original.From(x, prediction, At(index));
        var mean = x0 * (MathF.Sqrt(alphaBarPrev) * beta / (1 - alphaBar)) + x * (MathF.Sqrt(alpha) * (1 - alphaBarPrev) / (1 - alphaBar));
        if (!NeedsNoise(index)) return new SamplerStep(mean, x0);

        ArgumentNullException.ThrowIfNull(noise);
        return new SamplerStep(mean + Scaled(noise, x, prediction, alphaBar, alphaBarPrev), x0);
    }

    private Tensor Scaled(Tensor noise, Tensor x, Tensor prediction, float alphaBar, float alphaBarPrev)
    {
        if (!PosteriorVariance.IsLearned(_variance)) return noise * PosteriorVariance.FixedDeviation(_variance, alphaBar, alphaBarPrev);
        var channels = x.shape[1];
        if (prediction.shape[1] != 2 * channels)
            throw new PlaygroundException(
                $"variance_type '{_variance}' needs a model of {2 * channels} output channels, and this one "
                    + $"has {prediction.shape[1]}; use fixed_small or fixed_large.");
        var v = prediction.narrow(1, channels, channels);
        if (_variance == "learned") return noise * v.sqrt();
        // log Σ = u·log β̃ + (1−u)·log small, u = (v+1)/2 (Nichol & Dhariwal 2021, eq. 15)
        var (small, large) = (MathF.Log(PosteriorVariance.Small(alphaBar, alphaBarPrev)),
            MathF.Log(PosteriorVariance.Large(alphaBar, alphaBarPrev)));
        var u = (v + 1) / 2;
        return noise * ((u * large + (1 - u) * small) * 0.5f).exp();
    }
}
