using Playground.Core.Checkpoints;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Samplers;

public sealed class SamplerTests
{
    private readonly SchedulerConfig _config = new() { ClipSample = false };
    private readonly NoiseSchedule _schedule = NoiseSchedule.Linear();

    [Theory]
    [InlineData("leading")]
    [InlineData("linspace")]
    [InlineData("trailing")]
    public void DDIM_with_the_true_noise_lands_on_the_clean_picture_whatever_the_spacing(string spacing)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var x0 = randn([2, 1, 4, 4], generator: generator).clamp(-1, 1);
        var eps = randn(x0.shape, generator: generator);
        var sampler = new DdimSampler(_schedule, _config with { TimestepSpacing = spacing }, 7);
        var alphaBar = _schedule.AlphasCumprod[sampler.Timesteps[0]];
        var x = x0 * MathF.Sqrt(alphaBar) + eps * MathF.Sqrt(1 - alphaBar);
        for (var i = 0; i < 7; i++) x = sampler.Step(i, x, eps).Previous;
        Assert.Equal(0, (x - x0).abs().max().item<float>(), 2e-3);
    }

    [Fact]
    public void A_step_is_pure_the_same_input_gives_the_same_output_and_is_left_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var (x, eps, noise) = (randn([2, 1, 4, 4], generator: generator), randn([2, 1, 4, 4], generator: generator), randn([2, 1, 4, 4], generator: generator));
        var before = x.data<float>().ToArray();
        var sampler = new DdpmSampler(_schedule, _config, 10);
        var once = sampler.Step(4, x, eps, noise).Previous.data<float>().ToArray();
        Assert.Equal(once, sampler.Step(4, x, eps, noise).Previous.data<float>().ToArray());
        Assert.Equal(before, x.data<float>().ToArray());
    }

    [Fact]
    public void Noise_is_wanted_only_where_it_is_used()
    {
        var ddim = new DdimSampler(_schedule, _config, 5);
        Assert.DoesNotContain(Enumerable.Range(0, 5), ddim.NeedsNoise);
        var noisy = new DdimSampler(_schedule, _config, 5, eta: 1);
        Assert.Equal([true, true, true, true, false], Enumerable.Range(0, 5).Select(noisy.NeedsNoise));
        var ddpm = new DdpmSampler(_schedule, _config, 5);
        Assert.Equal([true, true, true, true, false], Enumerable.Range(0, 5).Select(ddpm.NeedsNoise));
    }

    [Fact]
    public void DDIM_at_eta_one_has_the_posterior_variance_of_DDPM()
    {
        using var scope = NewDisposeScope();
        var zero = zeros([1, 1, 1, 1]);
        var one = ones([1, 1, 1, 1]);
        var ddim = new DdimSampler(_schedule, _config, 20, eta: 1).Step(5, zero, zero, one).Previous.item<float>();
        var ddpm = new DdpmSampler(_schedule, _config, 20).Step(5, zero, zero, one).Previous.item<float>();
        Assert.Equal(ddpm, ddim, 1e-5);
    }
}
