using Playground.Core.Checkpoints;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Samplers;

public sealed class SamplerTests
{
    private static readonly SchedulerConfig s_config = new() { ClipSample = false };
    private static readonly NoiseSchedule s_schedule = NoiseSchedule.Linear();

    public static TheoryData<string> Names() => [.. SamplerCatalog.Names];

    // Every sampler with every kind of prediction. PNDM combines the v of several timesteps, which none of them is; RecordingTests has it.
    public static TheoryData<string, string> Deterministic()
    {
        var data = new TheoryData<string, string>();
        foreach (var sampler in SamplerCatalog.All.Where(s => !s.IsStochastic))
            foreach (var prediction in Parameterizations.Names.Where(p => (sampler.Name, p) != ("pndm", "v_prediction")))
                data.Add(sampler.Name, prediction);
        return data;
    }

    // What a network that knows x₀ and ε would predict at a timestep, fractional or not. μ is nearly x, so it must be of the very x.
    private static Tensor Oracle(string prediction, Tensor x, Tensor x0, Tensor eps, float t)
    {
        var sigma = (float)SigmaSchedule.Interpolate(SigmaSchedule.Of(s_schedule), [t])[0];
        var alphaBar = 1 / (sigma * sigma + 1);
        if (prediction == "mu") eps = (x - x0 * MathF.Sqrt(alphaBar)) / MathF.Sqrt(1 - alphaBar);
        return Parameterizations.Parse(prediction)
            .Target(x0, eps, full([1, 1, 1, 1], alphaBar), full([1, 1, 1, 1], SigmaLists.AlphaBarBefore(s_schedule, t)));
    }

    private static Tensor Run(ISampler sampler, Tensor x, Func<Tensor, float, Tensor> model, Generator generator)
    {
        IReadOnlyList<Tensor> history = [];
        for (var i = 0; i < sampler.Timesteps.Count; i++)
        {
            var prediction = model(sampler.ScaleInput(i, x), sampler.Timesteps[i]);
            (x, _, history) = sampler.Step(i, x, prediction, history, sampler.NeedsNoise(i) ? randn(x.shape, generator: generator) : null);
        }
        return x;
    }

    // x at the first timestep, in the sampler's own coordinates.
    private static Tensor Start(ISampler sampler, Tensor x0, Tensor eps)
    {
        var sigma = (float)SigmaSchedule.Interpolate(SigmaSchedule.Of(s_schedule), [sampler.Timesteps[0]])[0];
        var x = x0 + eps * sigma;
        return sampler.ScaleInput(0, x).eq(x).all().item<bool>() ? x / MathF.Sqrt(sigma * sigma + 1) : x;
    }

    [Theory]
    [MemberData(nameof(Deterministic))]
    public void With_the_true_noise_every_deterministic_sampler_lands_on_the_clean_picture(string name, string prediction)
    {
        foreach (var spacing in TimestepSpacing.Names)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(3);
            var (x0, eps) = (randn([2, 1, 4, 4], generator: generator).clamp(-1, 1), randn([2, 1, 4, 4], generator: generator));
            var options = new SamplerOptions
            {
                Spacing = spacing,
                FinalSigma = name is "ddim" or "pndm"
                ? null
                : "zero",
                SetAlphaToOne = name == "pndm" ? true : null
            };
            var sampler = SamplerFactory.Create(name, s_config with { PredictionType = prediction }, 12, options);
            var x = Run(sampler, Start(sampler, x0, eps), (scaled, t) => Oracle(prediction, scaled, x0, eps, t), generator);
            Assert.Equal(0, (x - x0).abs().max().item<float>(), 5e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void With_the_true_picture_every_sampler_lands_on_it_whatever_the_noise(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var x0 = randn([2, 1, 4, 4], generator: generator).clamp(-1, 1);
        var options = new SamplerOptions { FinalSigma = name is "unipc" ? "zero" : null, SetAlphaToOne = name == "pndm" ? true : null };
        var sampler = SamplerFactory.Create(name, s_config with { PredictionType = "sample" }, 12, options);
        var x = Run(sampler, randn(x0.shape, generator: generator) * sampler.InitialNoiseSigma, (_, _) => x0, generator);
        Assert.Equal(0, (x - x0).abs().max().item<float>(), 1e-3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_is_pure_the_same_input_gives_the_same_output_and_is_left_as_it_was(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor Draw() => randn([2, 1, 4, 4], generator: generator);
        var sampler = SamplerFactory.Create(name, s_config, 10);
        IReadOnlyList<Tensor> history = [];
        for (var i = 0; i < sampler.Timesteps.Count; i++)
        {
            var (x, prediction, noise) = (Draw(), Draw(), Draw());
            Tensor[] given = [x, prediction, noise, .. history];
            var before = given.Select(t => t.data<float>().ToArray()).ToList();
            var once = sampler.Step(i, x, prediction, history, noise);
            // Another run in between does not disturb it.
            sampler.Step(0, Draw(), Draw(), [], Draw());
            var again = sampler.Step(i, x, prediction, history, noise);
            Assert.Equal(once.Previous.data<float>().ToArray(), again.Previous.data<float>().ToArray());
            Assert.Equal(once.PredictedOriginal.data<float>().ToArray(), again.PredictedOriginal.data<float>().ToArray());
            Assert.Equal(before, given.Select(t => t.data<float>().ToArray()));
            history = once.History;
        }
    }

    [Theory]
    [InlineData("ddim", 0)]
    [InlineData("dpmpp-2m", 1)]
    [InlineData("dpmpp-3m", 2)]
    [InlineData("dpmpp-2m-sde", 1)]
    [InlineData("unipc", 3)]
    [InlineData("pndm", 3)]
    public void The_history_holds_only_as_much_as_the_method_needs(string name, int most)
    {
        using var scope = NewDisposeScope();
        var x = ones([1, 1, 2, 2]);
        var sampler = SamplerFactory.Create(name, s_config, 20);
        IReadOnlyList<Tensor> history = [];
        for (var i = 0; i < sampler.Timesteps.Count; i++) history = sampler.Step(i, x, x, history, x).History;
        Assert.Equal(most, history.Count);
    }

    [Fact]
    public void Noise_is_wanted_only_where_it_is_used()
    {
        Assert.DoesNotContain(true, Needs("ddim"));
        Assert.Equal([true, true, true, true, false], Needs("ddim", new() { Eta = 1 }));
        foreach (var name in new[] { "ddpm", "euler-a", "dpmpp-2m-sde", "lcm" }) Assert.Equal([true, true, true, true, false], Needs(name));
        Assert.True(Needs("dpmpp-2m-sde", new() { FinalSigma = "min" })[^1]);

        static bool[] Needs(string name, SamplerOptions? options = null)
        {
            var sampler = SamplerFactory.Create(name, s_config, 5, options);
            return [.. Enumerable.Range(0, 5).Select(sampler.NeedsNoise)];
        }
    }

    [Fact]
    public void DDIM_at_eta_one_has_the_posterior_variance_of_DDPM()
    {
        using var scope = NewDisposeScope();
        var (zero, one) = (zeros([1, 1, 1, 1]), ones([1, 1, 1, 1]));
        var ddim = SamplerFactory.Create("ddim", s_config, 20, new() { Eta = 1 }).Step(5, zero, zero, [], one).Previous.item<float>();
        var ddpm = SamplerFactory.Create("ddpm", s_config, 20).Step(5, zero, zero, [], one).Previous.item<float>();
        Assert.Equal(ddpm, ddim, 1e-5);
    }

    [Fact]
    public void A_finer_run_comes_nearer_to_the_exact_flow_and_a_higher_order_sooner()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var noise = randn([1, 1, 16, 16], generator: generator);
        // Pictures that are N(0, ¼): the flow only scales x, from √(ᾱ/4 + 1 − ᾱ) down to the deviation at ᾱ₀.
        Tensor Model(Tensor x, float t)
        {
            var sigma2 = Math.Pow(SigmaSchedule.Interpolate(SigmaSchedule.Of(s_schedule), [t])[0], 2);
            return x * (Math.Sqrt(sigma2) * Math.Sqrt(sigma2 + 1) / (sigma2 + 0.25));
        }
        var (first, last) = (s_schedule.AlphasCumprod[999], s_schedule.AlphasCumprod[0]);
        var exact = noise * Math.Sqrt((last / 4 + 1 - last) / (first / 4 + 1 - first));
        double Error(string name, int steps, SamplerOptions options)
            => (Run(SamplerFactory.Create(name, s_config, steps, options), noise, Model, generator) - exact).abs().mean().item<float>();
        var toMin = new SamplerOptions { FinalSigma = "min", KarrasSigmas = true };
        foreach (var name in new[] { "dpmpp-2m", "dpmpp-3m", "unipc" })
            Assert.True(Error(name, 40, toMin) < Error(name, 10, toMin) / 4, name);
        Assert.True(Error("dpmpp-2m", 40, toMin) < Error("dpmpp-2m", 40, toMin with { Order = 1 }) / 4);
        Assert.True(Error("dpmpp-3m", 40, toMin) < Error("dpmpp-2m", 40, toMin) / 4);
    }

    [Fact]
    public void Inverting_DDIM_and_sampling_again_gives_the_pictures_back()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var x0 = randn([2, 1, 8, 8], generator: generator).clamp(-1, 1);
        // A model that is not linear in x.
        static Tensor Model(Tensor x, float t) => (x * 0.8 + t / 2000).tanh();
        foreach (var prediction in new[] { "epsilon", "v_prediction" })
        {
            var sampler = (IInvertibleSampler)SamplerFactory.Create("ddim",
                s_config with { PredictionType = prediction, SetAlphaToOne = false }, 50);
            var back = Run(sampler, SamplerInversion.Run(sampler, x0, Model, iterations: 30), Model, generator);
            Assert.Equal(0, (back - x0).abs().max().item<float>(), 1e-3);
            var once = Run(sampler, SamplerInversion.Run(sampler, x0, Model, iterations: 1), Model, generator);
            Assert.True((once - x0).abs().max().item<float>() > (back - x0).abs().max().item<float>());
        }
    }

    [Fact]
    public void An_inverted_step_undoes_the_step_exactly_when_it_is_given_the_same_prediction()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (x, prediction) = (randn([1, 1, 4, 4], generator: generator), randn([1, 1, 4, 4], generator: generator));
        foreach (var parameterization in Parameterizations.Names)
        {
            var sampler = (IInvertibleSampler)SamplerFactory.Create("ddim", s_config with { PredictionType = parameterization }, 20);
            // μ is far from x₀ in scale, so a μ near x is taken.
            var given = parameterization == "mu" ? x * 0.99 : prediction;
            var back = sampler.Invert(12, sampler.Step(12, x, given, [], null).Previous, given);
            Assert.Equal(0, (back - x).abs().max().item<float>(), 1e-4);
        }
    }

    [Fact]
    public void Inverting_a_noisy_or_clipping_DDIM_is_refused()
    {
        using var scope = NewDisposeScope();
        var x = ones([1, 1, 2, 2]);
        foreach (var options in new SamplerOptions[] { new() { Eta = 0.5 }, new() { ClipSample = true }, new() { Thresholding = true } })
            Assert.Contains("switch them off",
                Assert.Throws<PlaygroundException>(() => ((IInvertibleSampler)SamplerFactory.Create("ddim", s_config, 5, options))
                    .Invert(0, x, x)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fixed_small", "fixed_small_log")]
    [InlineData("fixed_large", "fixed_large_log")]
    public void The_variances_by_logarithm_are_the_same_numbers(string plain, string log)
        => Assert.Equal(NoiseOf(plain), NoiseOf(log), 1e-6);

    [Fact]
    public void A_learned_range_goes_from_the_small_variance_to_the_large_one()
    {
        Assert.Equal(NoiseOf("fixed_small"), NoiseOf("learned_range", -1), 1e-6);
        Assert.Equal(NoiseOf("fixed_large"), NoiseOf("learned_range", 1), 1e-6);
        Assert.InRange(NoiseOf("learned_range", 0), NoiseOf("fixed_small"), NoiseOf("fixed_large"));
        Assert.Equal(0.5, NoiseOf("learned", 0.25f), 1e-6);
    }

    private static float NoiseOf(string variance, float? output = null)
    {
        using var scope = NewDisposeScope();
        var (zero, one) = (zeros([1, 1, 1, 1]), ones([1, 1, 1, 1]));
        var prediction = output is { } v ? cat([zero, full([1, 1, 1, 1], v)], 1) : zero;
        return SamplerFactory.Create("ddpm", s_config, 20, new() { VarianceType = variance })
            .Step(5, zero, prediction, [], one).Previous.item<float>();
    }
}
