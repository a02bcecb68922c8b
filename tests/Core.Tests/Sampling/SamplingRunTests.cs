using System.Diagnostics;
using Playground.Core.Checkpoints;
using Playground.Core.Sampling;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Sampling;

public sealed class SamplingRunTests : IDisposable
{
    private readonly TinyModel _folder = new();
    private readonly DiffusionModel _model;

    public SamplingRunTests() => _model = ModelFolder.Load(_folder.Folder);

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("ddim", 0)]
    [InlineData("ddim", 1)]
    [InlineData("ddpm", 0)]
    public void A_picture_depends_on_its_own_seed_and_not_on_the_batch(string sampler, double eta)
    {
        var all = new SamplingRequest { Sampler = sampler, Eta = eta, Steps = 5, Count = 3, Seed = 40, Classes = [1], Guidance = 2 };
        var together = SamplingRun.Execute(_model, all).Values;
        var alone = SamplingRun.Execute(_model, all with { Count = 1, Seed = 42 }).Values;
        Assert.All(together[^64..].Zip(alone), p => Assert.Equal(p.First, p.Second, 1e-5f));
        Assert.NotEqual(together[..64], together[^64..]);
    }

    [Fact]
    public void Guidance_of_one_equals_the_conditional_model_and_more_differs()
    {
        var request = new SamplingRequest { Steps = 3, Count = 1, Classes = [0] };
        var plain = SamplingRun.Execute(_model, request).Values;
        Assert.Equal(plain, SamplingRun.Execute(_model, request with { Guidance = 1 }).Values);
        Assert.NotEqual(plain, SamplingRun.Execute(_model, request with { Guidance = 3 }).Values);
    }

    [Fact]
    public void A_run_reports_every_step_and_its_last_frame_is_the_result()
    {
        var steps = new List<int>();
        byte[] last = [];
        var result = SamplingRun.Execute(_model, new SamplingRequest { Steps = 4, Count = 2 }, (step, frame) =>
        {
            steps.Add(step);
            last = frame().Xt.Pixels;
        });
        Assert.Equal([1, 2, 3, 4], steps);
        Assert.Equal(result.Pictures.Pixels, last);
    }

    [Fact]
    public void Cancelling_stops_before_the_next_step()
    {
        using var cancel = new CancellationTokenSource();
        var done = 0;
        Assert.Throws<OperationCanceledException>(() => SamplingRun.Execute(_model, new SamplingRequest { Steps = 50, Count = 1 }, (step, _) =>
        {
            done = step;
            if (step == 2) cancel.Cancel();
        }, cancel.Token));
        Assert.Equal(2, done);
    }

    [Fact]
    public void A_thousand_steps_leave_tensors_and_memory_flat()
    {
        var request = new SamplingRequest { Sampler = "ddpm", Steps = 1000, Count = 1 };
        SamplingRun.Execute(_model, request with { Steps = 200 });
        Settle();
        var (tensors, memory) = (Tensor.TotalCount, Process.GetCurrentProcess().WorkingSet64);
        SamplingRun.Execute(_model, request);
        Settle();
        Assert.Equal(tensors, Tensor.TotalCount);
        Assert.InRange(Process.GetCurrentProcess().WorkingSet64 - memory, long.MinValue, 32 << 20);

        static void Settle()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [Theory]
    [InlineData(0, 1, "steps is 0; it must be 1 to 1000")]
    [InlineData(-3, 1, "steps is -3")]
    [InlineData(1001, 1, "steps is 1001")]
    [InlineData(10, 0, "count is 0; it must be 1 to 64")]
    [InlineData(10, 10_000, "count is 10000")]
    public void Steps_and_count_outside_their_range_are_named_with_the_limit(int steps, int count, string expected)
        => Assert.Contains(new SamplingRequest { Steps = steps, Count = count }.Validate(_model.Summary), p => p.Message.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Unknown_classes_and_odd_numbers_are_each_reported()
    {
        var problems = new SamplingRequest { Classes = [3], Guidance = double.NaN, Eta = double.PositiveInfinity, Sampler = "magic", Precision = "f8", Seed = -1 }.Validate(_model.Summary);
        Assert.Equal(["sampler", "eta", "seed", "guidance", "precision", "classes"], problems.Select(p => p.Field));
    }

    [Fact]
    public void Noise_of_the_wrong_length_is_refused()
        => Assert.Contains("the shape [1, 1, 8, 8]", Assert.Throws<PlaygroundException>(() => SamplingRun.Execute(_model, new SamplingRequest { Steps = 1, Count = 1 }, noise: new float[63])).Message, StringComparison.Ordinal);
}
