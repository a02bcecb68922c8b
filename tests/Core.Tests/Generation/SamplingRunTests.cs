using System.Diagnostics;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Pipelines;
using Playground.Core.Schedules;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Generation;

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
    [InlineData("euler-a", 0)]
    [InlineData("heun", 0)]
    [InlineData("dpmpp-2m-sde", 0)]
    [InlineData("unipc", 0)]
    [InlineData("pndm", 0)]
    [InlineData("lcm", 0)]
    public void A_picture_depends_on_its_own_seed_and_not_on_the_batch(string sampler, double eta)
    {
        var all = new SamplingRequest
        {
            Sampler = sampler,
            Options = new() { Eta = eta > 0 ? eta : null },
            Steps = 5,
            Count = 3,
            Seed = 40,
            Classes = [1],
            Guidance = 2
        };
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

    [Theory]
    [InlineData("heun", 9)]
    [InlineData("pndm", 14)]
    [InlineData("dpmpp-3m", 5)]
    public void A_run_reports_every_model_call_and_keeps_no_tensor(string sampler, int calls)
    {
        var request = new SamplingRequest { Sampler = sampler, Steps = 5, Count = 1 };
        SamplingRun.Execute(_model, request);
        var (tensors, steps) = (LiveTensors(), new List<int>());
        SamplingRun.Execute(_model, request, (step, _) => steps.Add(step));
        Assert.Equal(tensors, LiveTensors());
        Assert.Equal(Enumerable.Range(1, calls), steps);
        Assert.Equal(calls, request.CallsOn(_model.Summary));
    }

    [Fact]
    public void The_noisy_frames_of_a_sigma_sampler_are_shown_as_the_model_sees_them()
    {
        var spread = new List<double>();
        SamplingRun.Execute(_model, new SamplingRequest { Sampler = "euler", Steps = 10, Count = 4 },
            (_, frame) => spread.Add(frame().Xt.Pixels.Count(p => p is 0 or 255)));
        // x itself is some seventy times as large then, and would be black and white in 99 of 100.
        Assert.True(spread[0] < 4 * 64 * 0.9, $"{spread[0]} of 256 are black or white");
    }

    [Fact]
    public void Options_reach_the_sampler_and_wrong_ones_are_named()
    {
        var request = new SamplingRequest { Sampler = "dpmpp-2m", Steps = 5, Count = 1 };
        Assert.NotEqual(SamplingRun.Execute(_model, request).Values,
            SamplingRun.Execute(_model, request with { Options = new() { KarrasSigmas = true } }).Values);
        Assert.Equal("karrasSigmas", Assert.Single(new SamplingRequest
        { Options = new() { KarrasSigmas = true } }.Validate(_model.Summary)).Field);
    }

    [Fact]
    public void Cancelling_stops_before_the_next_step()
    {
        using var cancel = new CancellationTokenSource();
        var done = 0;
        Assert.Throws<OperationCanceledException>(
            () => SamplingRun.Execute(_model, new SamplingRequest { Steps = 50, Count = 1 }, (step, _) =>
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
        var (tensors, memory) = (LiveTensors(), Process.GetCurrentProcess().WorkingSet64);
        SamplingRun.Execute(_model, request);
        Settle();
        Assert.Equal(tensors, LiveTensors());
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
        => Assert.Contains(new SamplingRequest { Steps = steps, Count = count }.Validate(_model.Summary),
            p => p.Message.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Unknown_classes_and_odd_numbers_are_each_reported()
    {
        var problems = new SamplingRequest
        {
            Classes = [3],
            Guidance = double.NaN,
            GuidanceRescale = 2,
            VariationStrength = double.PositiveInfinity,
            Sampler = "magic",
            Precision = "f8",
            Seed = -1
        }.Validate(_model.Summary);
        Assert.Equal(["sampler", "seed", "variationStrength", "guidance", "guidanceRescale", "precision", "classes"],
            problems.Select(p => p.Field));
    }

    [Theory]
    [InlineData("dpmpp-2m", 1000, "steps")]
    [InlineData("lcm", 60, "steps")]
    [InlineData("pndm", 2, "steps")]
    public void Steps_that_only_this_sampler_cannot_take_are_a_problem_of_the_request(string sampler, int steps, string field)
        => Assert.Equal(field, Assert.Single(new SamplingRequest { Sampler = sampler, Steps = steps }.Validate(_model.Summary)).Field);

    [Fact]
    public void A_schedule_on_which_the_prediction_says_nothing_is_a_problem_of_the_request()
    {
        var summary = _model.Summary with { Scheduler = new SchedulerConfig { RescaleBetasZeroSnr = true } };
        var request = new SamplingRequest { Options = new() { Spacing = "trailing" } };
        Assert.Contains("pure noise", Assert.Single(request.Validate(summary)).Message, StringComparison.Ordinal);
        Assert.Empty(request.Validate(_model.Summary));
    }

    [Fact]
    public void Noise_of_the_wrong_length_is_refused()
        => Assert.Contains("the shape [1, 1, 8, 8]",
            Assert.Throws<PlaygroundException>(() => SamplingRun.Execute(_model, new SamplingRequest { Steps = 1, Count = 1 },
                noise: new float[63])).Message, StringComparison.Ordinal);

    // What other tests left to the garbage collector would go in the middle of the count.
    private static long LiveTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
