using Playground.Core.Checkpoints;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Samplers;

/// <summary>The sums and means of |x| that diffusers' own scheduler tests assert (tests/schedulers), with their tolerances.</summary>
public sealed class GoldenTests
{
    private static readonly SchedulerConfig s_config = new() { BetaStart = 1e-4f, BetaEnd = 0.02f };
    private static readonly SchedulerConfig s_velocity = s_config with { PredictionType = "v_prediction" };
    private static readonly SchedulerConfig s_sigma = s_config with { NumTrainTimesteps = 1100 };
    private static readonly SamplerOptions s_dpm = new() { LowerOrderFinal = false, FinalSigma = "min" };

    // A fixed sample of [4, 3, 8, 8].
    private static Tensor Deterministic(bool reversed = false)
    {
        var ramp = arange(768, dtype: ScalarType.Float32);
        if (reversed) ramp = ramp.flip(0);
        return (ramp.reshape(3, 8, 8, 4) / 768.0).permute(3, 0, 1, 2);
    }

    // The model is x·t/(t+1).
    private static Tensor Run(ISampler sampler, Tensor x, int start = 0, bool scales = false)
    {
        using var generator = new Generator(0);
        IReadOnlyList<Tensor> history = [];
        for (var i = start; i < sampler.Timesteps.Count; i++)
        {
            var t = sampler.Timesteps[i];
            // diffusers' tests of Euler and Heun step from the scaled x.
            if (scales) x = sampler.ScaleInput(i, x);
            (x, _, history) = sampler.Step(i, x, x * (t / (t + 1)), history,
                sampler.NeedsNoise(i) ? randn(x.shape, generator: generator) : null);
        }
        return x;
    }

    private static void Check(Tensor x, double? sum, double mean)
    {
        if (sum is { } s) Assert.Equal(s, x.abs().sum().item<float>(), 1e-2);
        Assert.Equal(mean, x.abs().mean().item<float>(), 1e-3);
    }

    private static Tensor Noisy(NoiseLevel at) => Deterministic() * at.Alpha + Deterministic(reversed: true) * at.Sigma;

    private static Tensor NoisyAt(ISampler sampler, int start)
        => Noisy(NoiseSchedule.FromConfig(s_config).At((int)sampler.Timesteps[start]));

    [Fact]
    public void DDPM_over_all_steps()
    {
        using var scope = NewDisposeScope();
        var sampler = SamplerFactory.Create("ddpm", s_config, 1000);
        Check(Run(sampler, Deterministic()), 258.9606, 0.3372);
        Check(Run(SamplerFactory.Create("ddpm", s_velocity, 1000), Deterministic()), 202.0296, 0.2631);
        Check(Run(sampler, NoisyAt(sampler, 998), 998), 387.9466, 0.5051);
    }

    [Fact]
    public void DDIM_over_ten_steps()
    {
        using var scope = NewDisposeScope();
        var sampler = SamplerFactory.Create("ddim", s_config, 10);
        Check(Run(sampler, Deterministic()), 172.0067, 0.223967);
        Check(Run(SamplerFactory.Create("ddim", s_velocity, 10), Deterministic()), 52.5302, 0.0684);
        Check(Run(sampler, NoisyAt(sampler, 8), 8), 354.5418, 0.4616);
    }

    [Fact]
    public void DPM_Solver_of_order_two_over_ten_steps_to_the_least_sigma()
    {
        using var scope = NewDisposeScope();
        var sampler = SamplerFactory.Create("dpmpp-2m", s_config, 10, s_dpm);
        Check(Run(sampler, Deterministic()), null, 0.3301);
        Check(Run(SamplerFactory.Create("dpmpp-2m", s_velocity, 10, s_dpm), Deterministic()), null, 0.2251);
        Check(Run(SamplerFactory.Create("dpmpp-2m", s_velocity, 10, s_dpm with { KarrasSigmas = true }), Deterministic()), null, 0.2096);
        Check(Run(SamplerFactory.Create("dpmpp-2m", s_config, 10,
            s_dpm with { Thresholding = true, ThresholdRatio = 0.87f, ThresholdMax = 0.5f }), Deterministic()), null, 1.1364);
        Check(Run(sampler, NoisyAt(sampler, 5), 5), 318.4111, 0.4146);
    }

    [Fact]
    public void Euler_over_ten_steps()
    {
        using var scope = NewDisposeScope();
        var sampler = SamplerFactory.Create("euler", s_sigma, 10);
        var x = Deterministic() * sampler.InitialNoiseSigma;
        Check(Run(sampler, x, scales: true), 10.0807, 0.0131);
        Check(Run(SamplerFactory.Create("euler", s_sigma with { PredictionType = "v_prediction" }, 10), x, scales: true), 0.0002,
            2.2676e-6);
        Check(Run(SamplerFactory.Create("euler", s_sigma, 10, new() { KarrasSigmas = true }), x, scales: true), 124.52299, 0.162139);
        Check(Run(sampler, x + Deterministic(reversed: true) * SigmaOf(sampler, 8), 8, scales: true), 57062.9297, 74.3007);
    }

    [Fact]
    public void Heun_over_ten_steps_of_two_calls()
    {
        using var scope = NewDisposeScope();
        var sampler = SamplerFactory.Create("heun", s_sigma, 10);
        var x = Deterministic() * sampler.InitialNoiseSigma;
        Check(Run(sampler, x, scales: true), 0.1233, 0.0002);
        Check(Run(SamplerFactory.Create("heun", s_sigma with { PredictionType = "v_prediction" }, 10), x, scales: true), 4.6934e-7,
            6.1112e-10);
        Check(Run(SamplerFactory.Create("heun", s_sigma, 10, new() { KarrasSigmas = true }), x, scales: true), 0.00015, 1.98695e-7);
        Check(Run(sampler, x + Deterministic(reversed: true) * SigmaOf(sampler, 16), 16, scales: true), 75074.8906, 97.7538);
    }

    [Fact]
    public void UniPC_over_ten_steps()
    {
        using var scope = NewDisposeScope();
        var sampler = SamplerFactory.Create("unipc", s_config, 10);
        Check(Run(sampler, Deterministic()), null, 0.2464);
        Check(Run(SamplerFactory.Create("unipc", s_velocity, 10), Deterministic()), null, 0.1014);
        Check(Run(SamplerFactory.Create("unipc", s_config, 10, new() { KarrasSigmas = true }), Deterministic()), null, 0.2925);
        Check(Run(sampler, NoisyAt(sampler, 8), 8), 315.5757, 0.4109);
    }

    private static float SigmaOf(ISampler sampler, int index)
        => (float)SigmaSchedule.Interpolate(SigmaSchedule.Of(NoiseSchedule.FromConfig(s_sigma)), [sampler.Timesteps[index]])[0];
}
