using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Models;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Engine;

public sealed class FastPathTests
{
    private static readonly UNet2DConfig s_config = new()
    {
        SampleSize = 16,
        InChannels = 3,
        OutChannels = 3,
        BlockOutChannels = [32, 64],
        DownBlockTypes = ["AttnDownBlock2D", "DownBlock2D"],
        UpBlockTypes = ["UpBlock2D", "AttnUpBlock2D"],
        LayersPerBlock = 2,
        NormNumGroups = 8,
        AttentionHeadDim = 16,
    };

    [Theory]
    [InlineData("", Precision.Float32, 2e-6)]
    [InlineData("resnet", Precision.Float32, 2e-6)]
    [InlineData("scale_shift", Precision.Float32, 2e-6)]
    [InlineData("", Precision.Bfloat16, 0.02)]
    public void It_gives_what_the_plain_way_gives(string kind, string precision, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        using var entered = Precision.Enter(precision);
        using var random = new Generator(5);
        using var network = new UNet2D(Config(kind), random);
        network.eval();
        var (x, t) = (randn([3, 3, 16, 16], generator: random), tensor([10f, 500f, 900f]));
        var plain = network.call(x, t, null);
        network.IsFrozen = true;
        var fast = network.call(x, t, null);
        Assert.InRange((plain - fast).abs().max().item<float>() / plain.abs().max().item<float>(), 0, tolerance);
        Assert.InRange((fast - network.call(x, t, null)).abs().max().item<float>(), 0, 0);
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.Bfloat16)]
    public void An_image_is_the_same_to_the_bit_whatever_shares_its_pass(string precision)
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        using var entered = Precision.Enter(precision);
        using var random = new Generator(5);
        using var network = new UNet2D(s_config, random) { IsFrozen = true };
        network.eval();
        var (x, t) = (randn([13, 3, 16, 16], generator: random), linspace(1, 999, 13));
        var together = network.call(x, t, null);
        foreach (var (from, count) in new[] { (0, 1), (12, 1), (3, 2), (1, 7), (5, 8) })
            Assert.Equal(0, (network.call(x.narrow(0, from, count), t.narrow(0, from, count), null) - together.narrow(0, from, count)).abs()
                .max().item<float>());
    }

    [Fact]
    public void A_weight_changed_after_thawing_is_used()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var random = new Generator(5);
        using var network = new UNet2D(s_config, random) { IsFrozen = true };
        network.eval();
        var (x, t) = (randn([1, 3, 16, 16], generator: random), tensor([10f]));
        var before = network.call(x, t, null);
        network.IsFrozen = false;
        foreach (var parameter in network.parameters()) parameter.mul_(0.5);
        network.IsFrozen = true;
        Assert.NotInRange((before - network.call(x, t, null)).abs().max().item<float>(), 0, 1e-3);
    }

    [Fact]
    public void With_gradients_it_is_not_taken()
    {
        using var scope = NewDisposeScope();
        using var guard = enable_grad();
        using var random = new Generator(5);
        using var network = new UNet2D(s_config, random) { IsFrozen = true };
        CustomGradient.Backward(network.call(randn([1, 3, 16, 16], generator: random), tensor([10f]), null).sum());
        Assert.All(network.parameters(), p => Assert.NotNull(p.grad));
    }

    private static UNet2DConfig Config(string kind) => kind switch
    {
        "resnet" => s_config with { DownsampleType = "resnet", UpsampleType = "resnet", MidBlockScaleFactor = 1.5 },
        "scale_shift" => s_config with { ResnetTimeScaleShift = "scale_shift", AttnNormNumGroups = 8 },
        _ => s_config,
    };
}
