using Playground.Core.Schedules;
using Playground.Core.Training;

namespace Playground.Core.Tests.Training;

public sealed class TrainingOptionsTests
{
    private static readonly TrainingOptions s_default = new();

    public static TheoryData<TrainingOptions, string> OutOfRange => new()
    {
        { s_default with { Steps = 0 }, "steps is 0; it must be 1 to 100000000." },
        { s_default with { Accumulate = 0 }, "accumulate is 0; it must be 1 to 1024." },
        { s_default with { LearningRate = double.NaN }, "lr is NaN; it must be above 0 and at most 1." },
        { s_default with { Prediction = "noise" }, "prediction is 'noise'; it must be one of: epsilon, sample, v_prediction, mu, score." },
        { s_default with { Schedule = "cosine" },
            "schedule is 'cosine'; it must be one of: linear, scaled_linear, squaredcos_cap_v2, sigmoid." },
        { s_default with { Timesteps = 1 }, "timesteps is 1; it must be 2 to 100000." },
        { s_default with { BetaStart = 0.5, BetaEnd = 0.1 }, "beta-start is 0.5; it must be above 0 and at most beta-end, 0.1." },
        { s_default with { BetaEnd = 1 }, "beta-end is 1; it must be below 1." },
        { s_default with { Loss = "mae" }, "loss is 'mae'; it must be one of: mse, l1, huber." },
        { s_default with { HuberDelta = 0 }, "huber-delta is 0; it must be above 0." },
        { s_default with { Weighting = "snr" }, "weighting is 'snr'; it must be one of: uniform, min_snr, p2." },
        { s_default with { MinSnrGamma = double.PositiveInfinity }, "min-snr-gamma is Infinity; it must be above 0." },
        { s_default with { P2Gamma = -1 }, "p2-gamma is -1; it must be 0 or more." },
        { s_default with { P2K = 0 }, "p2-k is 0; it must be above 0." },
        { s_default with { OffsetNoise = 1.5 }, "offset-noise is 1.5; it must be 0 to 1." },
        { s_default with { Ema = 1 }, "ema is 1; it must be 0 to below 1." },
        { s_default with { EmaWarmup = "none" }, "ema-warmup is 'none'; it must be one of: ramp, power." },
        { s_default with { EmaInvGamma = 0 }, "ema-inv-gamma is 0; it must be above 0." },
        { s_default with { EmaPower = -1 }, "ema-power is -1; it must be above 0." },
        { s_default with { EmaUpdateAfterStep = -1 }, "ema-update-after-step is -1; it must be 0 or more." },
        { s_default with { ClipNorm = -1 }, "clip-norm is -1; it must be above 0, or 0 for none." },
        { s_default with { Validation = 0.6 }, "validation is 0.6; it must be 0 to 0.5." },
        { s_default with { ValidateEvery = 0 }, "validate-every is 0; it must be 1 or more." },
        { s_default with { ValidationExamples = 0 }, "validation-examples is 0; it must be 1 or more." },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_value_out_of_its_range_is_named_with_what_is_allowed(TrainingOptions options, string message)
        => Assert.Equal(message, Assert.Throws<PlaygroundException>(options.Validate).Message);

    [Fact]
    public void The_learning_rate_rises_over_the_warm_up_and_then_stays()
    {
        var options = s_default with { LearningRate = 1e-3, WarmupSteps = 10, Steps = 110 };
        Assert.Equal([1e-4, 1e-3, 1e-3, 1e-3], new long[] { 0, 9, 10, 109 }.Select(options.LearningRateAt).Select(r => Math.Round(r, 12)));
    }

    [Fact]
    public void The_learning_rate_falls_along_half_a_cosine_after_the_warm_up()
    {
        var options = s_default with { LearningRate = 1e-3, WarmupSteps = 10, Steps = 110, Cosine = true };
        Assert.Equal([5e-4, 1e-3, 0.75e-3, 0.5e-3, 0.25e-3], new double[] { 4, 10, 10 + 100 / 3.0, 60,
            10 + 200 / 3.0 }.Select(s => options.LearningRateAt((long)s)), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(0, options.LearningRateAt(110), 1e-15);
    }

    [Fact]
    public void The_ramp_is_one_plus_n_over_ten_plus_n_up_to_the_decay()
    {
        var options = s_default with { Ema = 0.999 };
        Assert.Equal([1 / 10.0, 2 / 11.0, 91 / 100.0, 0.999], new long[] { 0, 1, 90, 1_000_000 }.Select(options.EmaDecayAt));
    }

    // The milestones that diffusers' EMAModel documents.
    [Theory]
    [InlineData(2.0 / 3, 31_600, 0.999)]
    [InlineData(2.0 / 3, 1_000_000, 0.9999)]
    [InlineData(3.0 / 4, 10_000, 0.999)]
    [InlineData(3.0 / 4, 215_400, 0.9999)]
    public void The_power_warm_up_reaches_the_decays_that_it_is_known_for(double power, long update, double decay)
    {
        var options = s_default with { Ema = 0.999999, EmaWarmup = "power", EmaPower = power };
        Assert.Equal(decay, options.EmaDecayAt(update), 1e-6);
        Assert.Equal(decay, (options with { EmaUpdateAfterStep = 500 }).EmaDecayAt(update + 500), 1e-6);
        Assert.Equal(0, (options with { EmaUpdateAfterStep = 500 }).EmaDecayAt(500));
        Assert.Equal(0, (options with { EmaUpdateAfterStep = 500 }).EmaDecayAt(499));
    }

    [Fact]
    public void Fewer_timesteps_have_larger_betas_so_that_the_last_is_as_noisy()
    {
        double Last(int timesteps)
            => NoiseSchedule.FromConfig((s_default with { Timesteps = timesteps }).ToSchedulerConfig()).AlphasCumprod[^1];
        Assert.InRange(Last(1000), 4.0e-5, 4.1e-5);
        Assert.InRange(Last(100), 1e-5, 1e-4);
        var given = (s_default with { Timesteps = 100, BetaStart = 0.01, BetaEnd = 0.5 }).ToSchedulerConfig();
        Assert.Equal((0.01f, 0.5f), (given.BetaStart, given.BetaEnd));
    }
}
