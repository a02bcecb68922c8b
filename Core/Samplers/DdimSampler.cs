using Playground.Core.Checkpoints;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Samplers;

/// <summary>DDIM (Song et al. 2020, eq. 12): η = 0 is deterministic, η = 1 as noisy as DDPM.</summary>
public sealed class DdimSampler : ISampler
{
    private readonly float[] _alphasCumprod;
    private readonly SchedulerConfig _config;
    private readonly float _eta;
    private readonly int[] _timesteps;

    public DdimSampler(NoiseSchedule schedule, SchedulerConfig config, int steps, double eta = 0)
    {
        if (!(eta >= 0 && eta <= 1)) throw new PlaygroundException($"eta is {eta}; it must be 0 to 1.");
        (_alphasCumprod, _config, _eta) = (schedule.AlphasCumprod, config, (float)eta);
        _timesteps = TimestepSpacing.Of(config.TimestepSpacing, schedule.Length, steps, config.StepsOffset);
    }

    public IReadOnlyList<int> Timesteps => _timesteps;

    // The last step adds none when ᾱ ends at 1: its σ is 0.
    public bool NeedsNoise(int index) => _eta > 0 && (index + 1 < _timesteps.Length || !_config.SetAlphaToOne);

    public SamplerStep Step(int index, Tensor x, Tensor prediction, Tensor? noise = null)
    {
        var alphaBar = _alphasCumprod[_timesteps[index]];
        var alphaBarPrev = index + 1 < _timesteps.Length ? _alphasCumprod[_timesteps[index + 1]] : _config.SetAlphaToOne ? 1f : _alphasCumprod[0];
        var variance = (1 - alphaBarPrev) / (1 - alphaBar) * (1 - alphaBar / alphaBarPrev);
        var sigma = _eta * MathF.Sqrt(MathF.Max(variance, 0));

        var x0 = (x - prediction * MathF.Sqrt(1 - alphaBar)) / MathF.Sqrt(alphaBar);
        if (_config.ClipSample) x0 = x0.clamp(-_config.ClipSampleRange, _config.ClipSampleRange);
        // √ᾱ_p·x̂₀ + √(1−ᾱ_p−σ²)·ε + σ·z
        var previous = x0 * MathF.Sqrt(alphaBarPrev) + prediction * MathF.Sqrt(MathF.Max(1 - alphaBarPrev - sigma * sigma, 0));
        if (!NeedsNoise(index)) return new SamplerStep(previous, x0);

        ArgumentNullException.ThrowIfNull(noise);
        return new SamplerStep(previous + noise * sigma, x0);
    }
}
