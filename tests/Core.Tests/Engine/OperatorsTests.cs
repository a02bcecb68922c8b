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
    public async Task What_is_handed_to_a_script_outlives_the_call_whenever_the_runtime_cleans_up()
    {
        using var stop = new CancellationTokenSource();
        // Garbage of another thread's, and its finalizers, as on a server.
        var cleaning = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        }, TestContext.Current.CancellationToken);
        try
        {
            using var scope = NewDisposeScope();
            using var guard = inference_mode();
            using var random = new Generator(3);
            var x = ChannelsLast.Of(randn([1, 8, 4, 4], generator: random));
            using var packed = new PackedConvolution(randn([8, 8, 3, 3], generator: random), null, 1, 1, x.shape);
            using var expected = packed.Apply(x);
            for (var i = 0; i < 20_000; i++)
            {
                using var again = packed.Apply(x);
                Assert.Equal(0, Distance(expected, again));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await cleaning;
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
