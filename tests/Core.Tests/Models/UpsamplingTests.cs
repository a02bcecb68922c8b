using Playground.Core.Engine;
using Playground.Core.Models;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Models;

public sealed class UpsamplingTests
{
    [Theory]
    [InlineData(1, 4, 4, false)]
    [InlineData(5, 8, 9, false)]
    [InlineData(3, 5, 8, true)]
    [InlineData(2, 16, 7, true)]
    public void Four_small_convolutions_are_the_one_on_the_doubled_image(int n, int height, int width, bool isFrozen)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var random = new Generator(2);
        using var layer = new Upsample2D(32);
        InitialWeights.Draw(layer, random);
        var x = ChannelsLast.Of(randn([n, 32, height, width], generator: random));
        var conv = layer.named_modules().Select(m => m.module).OfType<Conv2d>().Single();
        var plain = conv.call(Upsample2D.Nearest(x));
        ((IKeepsPrepared)layer).KeepsPrepared = isFrozen;
        Assert.Equal(plain.shape, layer.call(x).shape);
        Assert.InRange((plain - layer.call(x)).abs().max().item<float>(), 0, 2e-6);
    }

    [Fact]
    public void Their_gradients_are_those_of_the_one()
    {
        using var scope = NewDisposeScope();
        using var guard = enable_grad();
        using var random = new Generator(2);
        using var layer = new Upsample2D(32);
        InitialWeights.Draw(layer, random);
        var x = ChannelsLast.Of(randn([4, 32, 8, 9], generator: random)).detach().requires_grad_();
        var conv = layer.named_modules().Select(m => m.module).OfType<Conv2d>().Single();
        Tensor[] inputs = [x, conv.Weight, conv.Bias!];
        conv.call(Upsample2D.Nearest(x)).square().sum().backward();
        var expected = inputs.Select(t => t.grad!.clone()).ToList();
        foreach (var input in inputs) input.grad = null!;
        CustomGradient.Backward(layer.call(x).square().sum());
        foreach (var (input, wanted) in inputs.Zip(expected))
            Assert.InRange((input.grad! - wanted).abs().max().item<float>() / wanted.abs().max().item<float>(), 0, 1e-5);
    }
}
