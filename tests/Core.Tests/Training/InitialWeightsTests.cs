using Playground.Core.Models;
using Playground.Core.Training;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Training;

public sealed class InitialWeightsTests
{
    public static TheoryData<string> Kinds => ["positional", "learned", "fourier", "scale_shift", "k"];

    private static UNet2DConfig Config(string kind) => kind switch
    {
        "learned" => TinyModel.Config with { TimeEmbeddingType = "learned", NumTrainTimesteps = 300 },
        "fourier" => TinyModel.Config with { TimeEmbeddingType = "fourier", BlockOutChannels = [256, 16] },
        "scale_shift" => TinyModel.Config with { ResnetTimeScaleShift = "scale_shift" },
        "k" => TinyModel.Config with
        {
            BlockOutChannels = [32, 64],
            DownBlockTypes = ["KDownBlock2D", "KDownBlock2D"],
            UpBlockTypes = ["KUpBlock2D", "KUpBlock2D"],
            AddAttention = false,
            NormNumGroups = 8
        },
        _ => TinyModel.Config,
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_seed_alone_decides_every_weight(string kind)
    {
        using var scope = NewDisposeScope();
        var config = Config(kind);
        using UNet2D one = new(config), two = new(config);
        foreach (var network in new[] { one, two })
        {
            using var random = new Generator(7);
            InitialWeights.Draw(network, random);
        }
        foreach (var ((name, a), (_, b)) in one.named_parameters().Zip(two.named_parameters())) Assert.True(a.eq(b).all().item<bool>(),
            name);
    }

    [Theory]
    [InlineData("learned", 1.0)]
    [InlineData("fourier", 16.0)]
    public void Time_features_are_drawn_as_wide_as_PyTorch_and_diffusers_draw_them(string kind, double spread)
    {
        using var scope = NewDisposeScope();
        using var network = new UNet2D(Config(kind), new Generator(1));
        using var random = new Generator(7);
        InitialWeights.Draw(network, random);
        var features = network.named_parameters().Single(p => p.name == "time_proj.weight").parameter;
        Assert.InRange(features.square().mean().sqrt().item<float>() / spread, 0.85, 1.15);
    }

    [Fact]
    public void Norms_begin_as_the_identity_and_linear_layers_inside_norms_do_not()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet2D(Config("k"), new Generator(1));
        using var random = new Generator(7);
        InitialWeights.Draw(network, random);
        Assert.All(network.modules().OfType<GroupNorm>(),
            n => Assert.Equal((1f, 0f), (n.Weight.min().item<float>(), n.Bias.abs().max().item<float>())));
        var inside = network.named_parameters().First(p => p.name.EndsWith("norm1.linear.bias", StringComparison.Ordinal)).parameter;
        var bound = 1 / Math.Sqrt(4 * 32);
        Assert.InRange(inside.abs().max().item<float>(), 0.5 * bound, bound);
    }
}
