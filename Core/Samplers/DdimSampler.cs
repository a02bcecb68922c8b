using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>DDIM (Song et al. 2020, eq. 12): η = 0 is deterministic, η = 1 as noisy as DDPM.</summary>
internal sealed class DdimSampler : VariancePreservingSampler, IInvertibleSampler
{
    private readonly float[] _sigma;
    private readonly SamplerSettings _settings;

    public DdimSampler(SamplerSettings s)
        : base(s, TimestepSpacing.Of(s.Spacing, s.Trained, s.Steps, s.Offset), s.SetAlphaToOne ? 1 : s.Schedule.AlphasCumprod[0])
    {
        _settings = s;
        _sigma = [.. Enumerable.Range(0, s.Steps).Select(
            i => s.Eta * MathF.Sqrt(MathF.Max((1 - AlphaBarPrev(i)) / (1 - AlphaBar(i)) * (1 - AlphaBar(i) / AlphaBarPrev(i)), 0)))];
    }

    public override bool NeedsNoise(int index) => _sigma[index] > 0;

    public override SamplerStep Step(int index, Tensor x, Tensor prediction, IReadOnlyList<Tensor> history, Tensor? noise)
    {
        var (at, alphaBarPrev, sigma) = (At(index), AlphaBarPrev(index), _sigma[index]);
        var x0 = Original.From(x, prediction, at);
        var eps = _settings.RederiveNoise ? (x - x0 * at.Alpha) / at.Sigma : Original.Noise(x, prediction, at);
        // √ᾱ_p·x̂₀ + √(1−ᾱ_p−σ²)·ε + σ·z
        var previous = x0 * MathF.Sqrt(alphaBarPrev) + eps * MathF.Sqrt(MathF.Max(1 - alphaBarPrev - sigma * sigma, 0));
        if (!NeedsNoise(index)) return new SamplerStep(previous, x0);

        ArgumentNullException.ThrowIfNull(noise);
        return new SamplerStep(previous + noise * sigma, x0);
    }

    public Tensor Invert(int index, Tensor previous, Tensor prediction)
    {
        if (_settings is { Eta: > 0 } or { Clip: not null } or { Threshold: not null })
            throw new PlaygroundException("DDIM runs backwards only at eta 0 and without clipping or thresholding; switch them off.");
        // x_p = p·x_t + q·prediction, solved for x_t
        var (at, alphaBarPrev) = (At(index), AlphaBarPrev(index));
        var (a, b, c, d) = _settings.Parameterization.Linear(at);
        var (x0, eps) = (MathF.Sqrt(alphaBarPrev), MathF.Sqrt(1 - alphaBarPrev));
        return (previous - OriginalEstimate.Mean(previous, prediction) * (x0 * b + eps * d)) / (x0 * a + eps * c);
    }
}
