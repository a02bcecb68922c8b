using Playground.Core.Checkpoints;
using Playground.Core.Samplers;
using Playground.Core.Schedules;

namespace Playground.Core.Tests.Samplers;

public sealed class SamplerCatalogTests
{
    private static string Refusal(string name, SamplerOptions options, int steps = 10, SchedulerConfig? config = null)
        => Assert.Throws<PlaygroundException>(() => SamplerFactory.Create(name, config ?? new(), steps, options)).Message;

    [Fact]
    public void An_unknown_sampler_is_refused_with_the_list_of_those_there_are()
        => Assert.Equal("sampler 'magic' is not known; use one of: ddpm, ddim, euler, euler-a, heun, dpmpp-2m, dpmpp-3m, dpmpp-2m-sde, "
        + "unipc, pndm, lcm.", Refusal("magic", new()));

    public static TheoryData<string, SamplerOptions, string> Wrong() => new()
    {
        { "ddim", new() { KarrasSigmas = true },
            "karrasSigmas does not go with ddim; it goes with euler, euler-a, heun, dpmpp-2m, dpmpp-3m, dpmpp-2m-sde, unipc." },
        { "euler", new() { Eta = 0.5 }, "eta does not go with euler; it goes with ddim." },
        { "pndm", new() { ClipSample = true }, "clipSample does not go with pndm" },
        { "ddim", new() { Spacing = "even" }, "spacing is 'even'; use leading, linspace, trailing." },
        { "dpmpp-2m", new() { FinalSigma = "max" }, "finalSigma is 'max'; use zero, min." },
        { "dpmpp-2m", new() { SolverType = "bh2" }, "solverType is 'bh2'; use midpoint, heun." },
        { "unipc", new() { SolverType = "heun" }, "solverType is 'heun'; use bh2, bh1." },
        { "dpmpp-2m-sde", new() { Order = 3 }, "order is 3; it must be 1 to 2 for dpmpp-2m-sde." },
        { "unipc", new() { Order = 0 }, "order is 0; it must be 1 to 3" },
        { "ddpm", new() { VarianceType = "wide" },
            "varianceType is 'wide'; use fixed_small, fixed_small_log, fixed_large, fixed_large_log, learned, learned_range." },
        { "ddim", new() { Eta = 1.5 }, "eta is 1.5; it must be 0 to 1." },
        { "ddim", new() { ThresholdRatio = 2 }, "thresholdRatio is 2; it must be 0 to 1." },
        { "euler", new() { KarrasSigmas = true, ExponentialSigmas = true }, "exclude each other" },
        { "euler", new() { SigmaMax = 80 }, "sigmaMin and sigmaMax need karrasSigmas or exponentialSigmas." },
        { "euler", new() { KarrasSigmas = true, SigmaMin = 9, SigmaMax = 8 }, "sigmaMin is 9; it must be above 0 and below sigmaMax." },
        { "ddim", new() { StepsOffset = 1000 }, "stepsOffset is 1000; it must be 0 to 999." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_does_not_go_together_is_refused_with_what_does(string name, SamplerOptions options, string expected)
        => Assert.Contains(expected, Refusal(name, options), StringComparison.Ordinal);

    [Theory]
    [InlineData("lcm", 51, "lcm takes 1 to 50")]
    [InlineData("pndm", 3, "pndm needs at least 4")]
    [InlineData("dpmpp-2m", 1000, "it must be 1 to 999")]
    [InlineData("ddim", 1001, "it must be 1 to 1000")]
    [InlineData("euler", 0, "steps is 0")]
    public void Steps_that_a_sampler_cannot_take_are_refused(string name, int steps, string expected)
        => Assert.Contains(expected, Refusal(name, new(), steps), StringComparison.Ordinal);

    [Fact]
    public void A_prediction_of_noise_is_refused_where_nothing_but_noise_is_left()
    {
        var config = new SchedulerConfig { RescaleBetasZeroSnr = true };
        Assert.Contains("pure noise", Refusal("ddim", new() { Spacing = "trailing" }, config: config), StringComparison.Ordinal);
        Assert.NotNull(SamplerFactory.Create("ddim", config, 10));
        Assert.NotNull(SamplerFactory.Create("ddim", config with { PredictionType = "v_prediction" }, 10, new() { Spacing = "trailing" }));
        Assert.NotNull(SamplerFactory.Create("euler", config, 10, new() { Spacing = "trailing" }));
    }

    [Fact]
    public void A_learned_variance_is_refused_for_a_model_without_one()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var x = TorchSharp.torch.ones([1, 1, 2, 2]);
        var sampler = SamplerFactory.Create("ddpm", new(), 5, new() { VarianceType = "learned_range" });
        Assert.Contains("2 output channels", Assert.Throws<PlaygroundException>(() => sampler.Step(0, x, x, [], x)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_models_file_counts_in_full_only_for_its_own_scheduler()
    {
        var config = new SchedulerConfig { ClassName = "EulerDiscreteScheduler", TimestepSpacing = "trailing", UseKarrasSigmas = true };
        Assert.Equal([999f, 899f], SamplerFactory.Create("euler", config with { UseKarrasSigmas = false }, 10).Timesteps.Take(2));
        Assert.NotEqual(899f, SamplerFactory.Create("euler", config, 10).Timesteps[1]);
        Assert.Equal([900f, 800f], SamplerFactory.Create("ddim", config, 10).Timesteps.Take(2));
        Assert.Equal([999f, 899f], SamplerFactory.Create("ddim", config with { ClassName = "DDPMScheduler" }, 10).Timesteps.Take(2));
    }

    [Fact]
    public void The_number_of_model_calls_is_known_beforehand()
    {
        foreach (var name in SamplerCatalog.Names)
            foreach (var options in new SamplerOptions[] { new(), new() { SkipPrkSteps = name == "pndm" ? true : null } })
                Assert.Equal(SamplerFactory.Create(name, new(), 12, options).Timesteps.Count, SamplerCatalog.Calls(name, 12, options));
    }

    [Fact]
    public void Every_option_is_taken_by_some_sampler_and_every_option_named_exists()
    {
        var options = typeof(SamplerOptions).GetProperties().Select(p => p.Name).Where(n => n != nameof(SamplerOptions.Default));
        Assert.Equal(options.Order(), SamplerCatalog.All.SelectMany(s => s.Options).Distinct().Order());
    }
}
