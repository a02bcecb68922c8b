using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Engine;

/// <summary>Numbers that are handed to libtorch while the runtime cleans up all the time, as it does now and then on a server.</summary>
public sealed class ScalarGraceTests
{
    [Fact]
    public Task Numbers_of_a_script_outlive_the_call() => WhileCleaningAsync(() =>
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(3);
        var x = ChannelsLast.Of(randn([1, 8, 4, 4], generator: random));
        using var packed = new PackedConvolution(randn([8, 8, 3, 3], generator: random), null, 1, 1, x.shape);
        using var expected = packed.Apply(x);
        for (var i = 0; i < 2_000; i++)
        {
            using var again = packed.Apply(x);
            Assert.Equal(expected.data<float>(), again.data<float>());
        }
    });

    [Fact]
    public Task Numbers_of_an_operator_outlive_the_call() => WhileCleaningAsync(() =>
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Scalars are kept on Linux alone.");
        using var x = ones([4]);
        for (var i = 0; i < 150_000; i++)
        {
            using var product = x * 1.5;
            using var sum = product.add_(0.25, 2.0);
            Assert.Equal(2, sum.data<float>()[3]);
        }
    });

    private static async Task WhileCleaningAsync(Action work)
    {
        using var stop = new CancellationTokenSource();
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
            using var guard = inference_mode();
            work();
        }
        finally
        {
            await stop.CancelAsync();
            await cleaning;
        }
    }
}
