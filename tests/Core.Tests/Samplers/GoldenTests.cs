using Playground.Core.Checkpoints;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Samplers;

/// <summary>The sums and means of |x| that diffusers' own scheduler tests assert (tests/schedulers), with their tolerances.</summary>
public sealed class GoldenTests
{
    private readonly SchedulerConfig _config = new() { BetaStart = 1e-4f, BetaEnd = 0.02f };

    // A fixed sample of [4, 3, 8, 8] and the model x·t/(t+1).
    private static Tensor Deterministic(bool reversed)
    {
        var ramp = arange(768, dtype: ScalarType.Float32);
        if (reversed) ramp = ramp.flip(0);
        return (ramp.reshape(3, 8, 8, 4) / 768.0).permute(3, 0, 1, 2);
    }

    private static void Check(ISampler sampler, int start, bool fromNoise, float alphaBarAtStart, double sum, double mean)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(0);
        var x = Deterministic(false);
        if (fromNoise) x = x * MathF.Sqrt(alphaBarAtStart) + Deterministic(true) * MathF.Sqrt(1 - alphaBarAtStart);
        for (var i = start; i < sampler.Timesteps.Count; i++)
        {
            var t = (float)sampler.Timesteps[i];
            var noise = sampler.NeedsNoise(i) ? randn(x.shape, generator: generator) : null;
            x = sampler.Step(i, x, x * (t / (t + 1)), noise).Previous;
        }
        Assert.Equal(sum, x.abs().sum().item<float>(), 1e-2);
        Assert.Equal(mean, x.abs().mean().item<float>(), 1e-3);
    }

    [Theory]
    [InlineData(0, false, 258.9606, 0.3372)]
    [InlineData(998, true, 387.9466, 0.5051)]
    public void DDPM_over_all_steps(int start, bool fromNoise, double sum, double mean)
    {
        var schedule = NoiseSchedule.FromConfig(_config);
        var sampler = new DdpmSampler(schedule, _config, 1000);
        Check(sampler, start, fromNoise, schedule.AlphasCumprod[sampler.Timesteps[start]], sum, mean);
    }

    [Theory]
    [InlineData(0, false, 172.0067, 0.223967)]
    [InlineData(8, true, 354.5418, 0.4616)]
    public void DDIM_over_ten_steps(int start, bool fromNoise, double sum, double mean)
    {
        var schedule = NoiseSchedule.FromConfig(_config);
        var sampler = new DdimSampler(schedule, _config, 10);
        Check(sampler, start, fromNoise, schedule.AlphasCumprod[sampler.Timesteps[start]], sum, mean);
    }
}
