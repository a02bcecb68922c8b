using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Engine;

/// <summary>A script that does not compile ends the process, and this run of tests with it.</summary>
public sealed class OperatorsTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(5, 1, 2)]
    public void Packed_convolutions_are_convolutions(int kernel, int stride, int padding)
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        using var random = new Generator(3);
        var x = ChannelsLast.Of(randn([2, 24, 9, 9], generator: random));
        var (weight, bias) = (randn([40, 24, kernel, kernel], generator: random), randn([40], generator: random));
        var expected = nn.functional.conv2d(x, weight, bias, strides: [stride, stride], padding: [padding, padding]);
        var other = ChannelsLast.Of(randn(expected.shape, generator: random));

        using var packed = new PackedConvolution(weight, bias, stride, padding, x.shape);
        Assert.True(ChannelsLast.Is(packed.Apply(x)));
        Assert.InRange(Distance(expected, packed.Apply(x)), 0, 5e-5);
        Assert.InRange(Distance(expected + other, packed.Plus(x, other)), 0, 5e-5);
        var sum = other.clone();
        Assert.InRange(Distance(expected + other, packed.Onto(x, sum)), 0, 5e-5);
        Assert.InRange(Distance(expected + other, sum), 0, 5e-5);
        using var without = new PackedConvolution(weight, null, stride, padding, x.shape);
        Assert.InRange(Distance(expected - bias.reshape(1, -1, 1, 1), without.Apply(x)), 0, 5e-5);
    }

    [Fact]
    public void They_are_so_at_every_size_and_for_memory_that_lies_in_any_way()
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        using var random = new Generator(3);
        foreach (var kernel in new[] { 1, 3 })
            foreach (var count in new[] { 1, 2, 5 })
                foreach (var height in new[] { 1, 2, 3, 8 })
                    foreach (var width in new[] { 1, 2, 3, 8 })
                    {
                        var (weight, bias) = (randn([32, 16, kernel, kernel], generator: random), randn([32], generator: random));
                        var x = ChannelsLast.Of(randn([count, 16, height, width], generator: random));
                        var expected = nn.functional.conv2d(x, weight, bias, padding: [kernel / 2, kernel / 2]);
                        var other = randn(expected.shape, generator: random);
                        using var packed = new PackedConvolution(weight, bias, 1, kernel / 2, x.shape);
                        var place = $"{kernel}, [{count}, {height}, {width}]";
                        Assert.True(Distance(expected, packed.Apply(x)) <= 5e-5, place);
                        foreach (var lying in new[] { other, ChannelsLast.Of(other), other.contiguous() })
                        {
                            Assert.True(Distance(expected + other, packed.Plus(x, lying)) <= 5e-5, place);
                            Assert.True(Distance(expected + other, packed.Onto(x, ChannelsLast.Of(other.clone()))) <= 5e-5, place);
                        }
                    }
    }

    [Theory]
    [InlineData(40, 24, 1)]
    [InlineData(40, 24, 3)]
    [InlineData(4, 3, 3)]
    [InlineData(33, 17, 5)]
    public void Packed_weights_are_unpacked_to_the_bit(int outputs, int inputs, int kernel)
    {
        using var scope = NewDisposeScope();
        using var guard = inference_mode();
        using var random = new Generator(3);
        var weight = randn([outputs, inputs, kernel, kernel], generator: random);
        using var packed = new PackedConvolution(weight, null, 1, kernel / 2, [1, inputs, 9, 9]);
        Assert.True(weight.eq(packed.Unpacked()).all().item<bool>());
    }

    private static double Distance(Tensor a, Tensor b) => (a - b).abs().max().item<float>();
}
