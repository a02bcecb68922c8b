using Playground.Core.Checkpoints;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>Ancestral sampling from q(x_p | x_t, x₀) (Ho et al. 2020, algorithm 2), on any sublist of the timesteps.</summary>
public sealed class DdpmSampler : ISampler
{
    private readonly float[] _alphasCumprod;
    private readonly SchedulerConfig _config;
    private readonly int[] _timesteps;

    public DdpmSampler(NoiseSchedule schedule, SchedulerConfig config, int steps)
    {
        if (config.VarianceType is not ("fixed_small" or "fixed_large"))
            throw new PlaygroundException($"variance_type '{config.VarianceType}' is not supported; use fixed_small or fixed_large.");
        (_alphasCumprod, _config) = (schedule.AlphasCumprod, config);
        _timesteps = TimestepSpacing.Of(config.TimestepSpacing, schedule.Length, steps, config.StepsOffset);
    }

    public IReadOnlyList<int> Timesteps => _timesteps;

    public bool NeedsNoise(int index) => _timesteps[index] > 0;

    public SamplerStep Step(int index, Tensor x, Tensor prediction, Tensor? noise = null)
    {
        var t = _timesteps[index];
        var alphaBar = _alphasCumprod[t];
        var alphaBarPrev = index + 1 < _timesteps.Length ? _alphasCumprod[_timesteps[index + 1]] : 1f;
        var alpha = alphaBar / alphaBarPrev;
        var beta = 1 - alpha;

        // x̂₀ = (x − √(1−ᾱ)·ε) / √ᾱ (eq. 15), then the posterior mean (eq. 7)
        var x0 = (x - prediction * MathF.Sqrt(1 - alphaBar)) / MathF.Sqrt(alphaBar);
        if (_config.ClipSample) x0 = x0.clamp(-_config.ClipSampleRange, _config.ClipSampleRange);
        var mean = x0 * (MathF.Sqrt(alphaBarPrev) * beta / (1 - alphaBar)) + x * (MathF.Sqrt(alpha) * (1 - alphaBarPrev) / (1 - alphaBar));
        if (!NeedsNoise(index)) return new SamplerStep(mean, x0);

        ArgumentNullException.ThrowIfNull(noise);
        var variance = _config.VarianceType == "fixed_large" ? beta : MathF.Max((1 - alphaBarPrev) / (1 - alphaBar) * beta, 1e-20f);
        return new SamplerStep(mean + noise * MathF.Sqrt(variance), x0);
    }
}
