using Playground.Core.Models;
using Playground.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Models;

public sealed class TeachingModelTests
{
    /// <summary>A network and the shape of its input; what it is trained for is said by the one type that all share.</summary>
    private static (nn.Module<Tensor, Tensor, Tensor?, Tensor> Network, long[] Shape, Tensor? Condition) Make(string name) => name switch
    {
        "basic-unet" => (new BasicUNet(2, 2, 8), [4, 2, 8, 8], null),
        "simple" => (new SimpleNoisePredictor(2, 16), [4, 2, 7, 5], null),
        "mlp-1d" => (new MlpDenoiser(1, 32), [8, 1], null),
        "mlp-2d" => (new MlpDenoiser(2, 32), [8, 2], null),
        "mlp-classes" => (new MlpDenoiser(2, 32, 2, classes: 3), [6, 2], tensor([0L, 1, 2, 0, 1, 2])),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    public static TheoryData<string> Names => ["basic-unet", "simple", "mlp-1d", "mlp-2d", "mlp-classes"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_prediction_has_the_shape_of_the_input(string name)
    {
        using var scope = NewDisposeScope();
        var (network, shape, condition) = Make(name);
        using (network) Assert.Equal(shape, network.call(zeros(shape), zeros(shape[0]), condition).shape);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tiny_batch_is_learned_by_heart(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var (network, shape, condition) = Make(name);
        using var owned = network;
        using (no_grad())
            foreach (var p in network.parameters().Where(p => p.shape.Length > 1))
                p.uniform_(-1, 1, generator).div_(Math.Sqrt(p.numel() / p.shape[0]));
        using var optimizer = new AdamW(network.named_parameters());
        var (x, target) = (randn(shape, generator: generator), randn(shape, generator: generator));
        var t = arange(shape[0], dtype: ScalarType.Int64) * 100;
        double first = 0, last = 0;
        for (var step = 0; step < 500 && (step == 0 || last > first / 50); step++)
        {
            using var inner = NewDisposeScope();
            network.zero_grad();
            var loss = nn.functional.mse_loss(network.call(x, t, condition), target);
            loss.backward();
            optimizer.Step(3e-3, 1);
            last = loss.item<float>();
            if (step == 0) first = last;
        }
        Assert.InRange(last, 0, first / 50);
    }

    [Theory]
    [InlineData("basic-unet", false)]
    [InlineData("simple", true)]
    [InlineData("mlp-1d", true)]
    [InlineData("mlp-2d", true)]
    public void Whether_the_time_matters_is_as_the_docstring_says(string name, bool matters)
    {
        using var scope = NewDisposeScope();
        var (network, shape, condition) = Make(name);
        using var owned = network;
        var x = ones(shape);
        var distance = (network.call(x, zeros(shape[0]), condition) - network.call(x, full([shape[0]], 500), condition)).abs().max()
            .item<float>();
        Assert.Equal(matters, distance > 1e-4);
    }

    [Fact]
    public void BasicUNet_has_five_convolutions_of_5x5_and_SimpleNoisePredictor_three_of_3x3()
    {
        using var basic = new BasicUNet();
        using var simple = new SimpleNoisePredictor();
        Assert.Equal(Enumerable.Repeat(5L, 5), basic.parameters().Where(p => p.shape.Length == 4).Select(p => p.shape[3]));
        Assert.Equal(Enumerable.Repeat(3L, 3), simple.parameters().Where(p => p.shape.Length == 4).Select(p => p.shape[3]));
    }

    [Fact]
    public void BasicUNet_lets_the_finest_pixels_past_the_coarse_path_through_its_skip()
    {
        using var scope = NewDisposeScope();
        using var network = new BasicUNet(1, 1, 4);
        using var guard = no_grad();
        network.parameters().ElementAt(6).fill_(0);
        network.parameters().ElementAt(7).fill_(0);
        var (a, b) = (zeros([1, 1, 8, 8]), zeros([1, 1, 8, 8]));
        b[0][0][3][5].fill_(1);
        Assert.True((network.call(a, zeros(1), null) - network.call(b, zeros(1), null)).abs().max().item<float>() > 1e-4);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("multiples of 4", Assert.Throws<PlaygroundException>(
            () => new BasicUNet().call(zeros([1, 1, 6, 8]), zeros(1), null)).Message, StringComparison.Ordinal);
        Assert.Contains("unconditional", Assert.Throws<PlaygroundException>(
            () => new BasicUNet().call(zeros([1, 1, 8, 8]), zeros(1), zeros(1))).Message, StringComparison.Ordinal);
        Assert.Contains("unconditional", Assert.Throws<PlaygroundException>(
            () => new SimpleNoisePredictor().call(zeros([1, 1, 8, 8]), zeros(1), zeros(1))).Message, StringComparison.Ordinal);
        Assert.Contains("class-conditional", Assert.Throws<PlaygroundException>(
            () => new MlpDenoiser(classes: 2).call(zeros(1, 2), zeros(1), null)).Message, StringComparison.Ordinal);
        Assert.Contains("1 or 2", Assert.Throws<PlaygroundException>(() => new MlpDenoiser(3)).Message, StringComparison.Ordinal);
    }
}
