using System.Collections.Concurrent;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Pipelines;
using static TorchSharp.torch;

namespace Playground.Core.Tests.Generation;

public sealed class SamplingEngineTests : IDisposable
{
    private readonly TinyModel _tiny = new();
    private readonly DiffusionModel _model;
    private readonly DeviceThread _device = new("test");
    private readonly SamplingEngine _engine;

    public SamplingEngineTests()
    {
        _model = ModelFolder.Load(_tiny.Folder);
        _engine = new SamplingEngine(_device,
            name => name == "tiny" ? _model : throw new PlaygroundException($"The model '{name}' is not installed any more."));
    }

    public void Dispose()
    {
        _device.Dispose();
        _model.Dispose();
        _tiny.Dispose();
    }

    [Fact]
    public async Task Requests_that_share_their_passes_return_what_they_return_alone()
    {
        var requests = new[]
        {
            new SamplingRequest { Sampler = "ddim", Steps = 7, Count = 3, Seed = 1 },
            new SamplingRequest { Sampler = "ddpm", Steps = 12, Count = 1, Seed = 2, Guidance = 3 },
            new SamplingRequest { Sampler = "heun", Steps = 5, Count = 2, Seed = 3, Classes = [2] },
            new SamplingRequest { Sampler = "dpmpp-3m", Steps = 9, Count = 40, Seed = 4, Guidance = 2 },
            new SamplingRequest { Sampler = "unipc", Steps = 4, Count = 5, Seed = 5 },
            new SamplingRequest { Sampler = "pndm", Steps = 6, Count = 1, Seed = 6 },
        };
        var together = await Task.WhenAll(requests.Select(r => _engine.SampleAsync("tiny", r)));
        for (var i = 0; i < requests.Length; i++)
        {
            var alone = await _device.RunAsync(() => SamplingRun.Execute(_model, requests[i]), TestContext.Current.CancellationToken);
            Assert.Equal(alone.Shape, together[i].Shape);
            Assert.Equal(alone.Classes, together[i].Classes);
            // Random weights do not keep to [−1, 1]: the distance is to the largest value.
            var distance = alone.Values.Zip(together[i].Values, (a, b) => Math.Abs(a - b))
                .Max() / alone.Values.Max(v => Math.Max(1, Math.Abs(v)));
            Assert.True(distance <= 1e-5f, $"{requests[i].Sampler}: {distance}");
        }
    }

    [Fact]
    public async Task A_token_that_outlives_its_requests_holds_nothing_of_them()
    {
        using var token = new CancellationTokenSource();
        var results = new List<WeakReference>();
        for (var i = 0; i < 10; i++) results.Add(await SampleAsync());
        GC.Collect();
        // The last may still lie in a register of the engine's thread.
        Assert.DoesNotContain(results.SkipLast(2), r => r.IsAlive);

        async Task<WeakReference> SampleAsync()
            => new(await _engine.SampleAsync("tiny", new SamplingRequest { Steps = 2, Count = 1 }, ct: token.Token));
    }

    [Fact]
    public async Task A_request_joins_others_under_way_and_a_short_one_ends_first()
    {
        var (steps, joined) = (0, 0);
        var started = new TaskCompletionSource();
        var slow = _engine.SampleAsync("tiny", new SamplingRequest { Sampler = "ddpm", Steps = 1000, Count = 16 }, onStep: (step, _) =>
        {
            steps = step;
            if (step == 5) started.SetResult();
        });
        await started.Task;
        await _engine.SampleAsync("tiny", new SamplingRequest { Steps = 3, Count = 1 }, onStart: () => joined = steps);
        Assert.False(slow.IsCompleted);
        Assert.InRange(joined, 5, 999);
        Assert.Equal(16, (await slow).Pictures.Count);
    }

    [Fact]
    public async Task Cancelling_one_leaves_the_others_and_every_tensor_goes()
    {
        var keep = new SamplingRequest { Sampler = "dpmpp-2m", Steps = 30, Count = 2, Seed = 9 };
        var alone = await _engine.SampleAsync("tiny", keep);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var tensors = await _device.RunAsync(() => Tensor.TotalCount, TestContext.Current.CancellationToken);
        using var cancel = new CancellationTokenSource();
        var kept = _engine.SampleAsync("tiny", keep);
        var cancelled = _engine.SampleAsync("tiny", new SamplingRequest { Sampler = "ddpm", Steps = 1000, Count = 4 },
            onStep: (step, _) => { if (step == 4) cancel.Cancel(); }, ct: cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.True(alone.Values.Zip((await kept).Values, (a, b) => Math.Abs(a - b)).Max() <= 1e-5f);
        // The turn that ended them has left the device's thread when the next work on it begins.
        Assert.Equal(tensors, await _device.RunAsync(() => Tensor.TotalCount, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_request_of_many_passes_lets_others_in_between_them()
    {
        var steps = 0;
        using var cancel = new CancellationTokenSource();
        var large = _engine.SampleAsync("tiny", new SamplingRequest { Steps = 2, Count = 2000 }, onStep: (step, _) => steps = step,
            ct: cancel.Token);
        await _engine.SampleAsync("tiny", new SamplingRequest { Steps = 3, Count = 1 });
        Assert.Equal(0, steps);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
    }

    [Fact]
    public async Task A_request_of_many_passes_is_canceled_between_them()
    {
        await _engine.SampleAsync("tiny", new SamplingRequest { Steps = 2, Count = 1 });
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var tensors = await _device.RunAsync(() => Tensor.TotalCount, TestContext.Current.CancellationToken);
        var (steps, request) = (0, new SamplingRequest { Steps = 2, Count = 2000 });
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _engine.SampleAsync("tiny", request, cancel.Cancel,
            (step, _) => steps = step, cancel.Token));
        while (_engine.IsBusy) await _device.RunAsync(() => { }, TestContext.Current.CancellationToken);
        Assert.Equal(0, steps);
        Assert.Equal(tensors, await _device.RunAsync(() => Tensor.TotalCount, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_run_ends_within_a_pass()
    {
        using var guard = inference_mode();
        var asked = 0;
        // The first packs the weights.
        Pass();
        var before = Tensor.TotalCount;
        using (Interruption.When(() => ++asked == 4)) Assert.Throws<OperationCanceledException>(Pass);
        Assert.Equal((before, 4), (Tensor.TotalCount, asked));
        Pass();

        void Pass()
        {
            using var scope = NewDisposeScope();
            _model.Network.call(zeros(1, _model.Channels, _model.SampleSize, _model.SampleSize), tensor([5f]), tensor([1L]));
        }
    }

    [Fact]
    public async Task What_cannot_be_served_fails_alone()
    {
        var good = _engine.SampleAsync("tiny", new SamplingRequest { Steps = 20, Count = 1 });
        var bad = _engine.SampleAsync("tiny", new SamplingRequest { Steps = 0 });
        var gone = _engine.SampleAsync("other", new SamplingRequest { Steps = 2 });
        var next = _engine.SampleAsync("tiny", new SamplingRequest { Steps = 2, Count = 1 });
        Assert.Contains("steps is 0", (await Assert.ThrowsAsync<PlaygroundException>(() => bad)).Message, StringComparison.Ordinal);
        Assert.Contains("'other'", (await Assert.ThrowsAsync<PlaygroundException>(() => gone)).Message, StringComparison.Ordinal);
        Assert.Single((await good).Classes);
        Assert.Single((await next).Classes);
    }

    [Fact]
    public async Task No_more_than_the_limit_is_under_way_and_each_gets_its_turns()
    {
        var (active, most, order) = (0, 0, new ConcurrentQueue<int>());
        var all = Enumerable.Range(0, SamplingEngine.MaxActive + 8).Select(async i =>
        {
            await _engine.SampleAsync("tiny", new SamplingRequest { Steps = 6, Count = 1, Seed = i },
                onStart: () => most = Math.Max(most, ++active), onStep: (step, _) => { if (step == 6) active--; });
            order.Enqueue(i);
        });
        await Task.WhenAll(all);
        Assert.InRange(most, 2, SamplingEngine.MaxActive);
        Assert.Equal(SamplingEngine.MaxActive + 8, order.Count);
    }

    [Fact]
    public async Task Other_work_on_the_device_gets_its_turn_while_requests_run()
    {
        var slow = _engine.SampleAsync("tiny", new SamplingRequest { Sampler = "ddpm", Steps = 1000, Count = 16 });
        await _device.RunAsync(() => { }, TestContext.Current.CancellationToken);
        Assert.False(slow.IsCompleted);
        await slow;
    }

    [Fact]
    public async Task A_party_that_asks_for_much_does_not_keep_another_one_waiting()
    {
        using var stop = new CancellationTokenSource();
        var started = 0;
        var all = new TaskCompletionSource();
        var hog = Enumerable.Range(0, SamplingEngine.MaxActive + 8).Select(i => _engine.SampleAsync("tiny",
            new SamplingRequest { Sampler = "ddpm", Steps = 1000, Count = 1, Seed = i }, ct: stop.Token, party: "hog",
            onStart: () => { if (++started == SamplingEngine.MaxActive) all.SetResult(); })).ToList();
        await all.Task.WaitAsync(TestContext.Current.CancellationToken);
        var result = await _engine.SampleAsync("tiny", new SamplingRequest { Steps = 3, Count = 2 }, party: "modest");
        Assert.Equal(2, result.Pictures.Count);
        Assert.All(hog, t => Assert.False(t.IsCompleted));
        Assert.Equal(SamplingEngine.MaxActive, started);
        await stop.CancelAsync();
        foreach (var task in hog) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
    }

    [Fact]
    public async Task Where_not_all_fit_a_pass_a_party_is_in_each_however_many_requests_another_one_has()
    {
        using var stop = new CancellationTokenSource();
        var (hog, before, after) = (0, 0, 0);
        var many = Enumerable.Range(0, 6).Select(i => _engine.SampleAsync("tiny",
            new SamplingRequest { Sampler = "ddpm", Steps = 1000, Count = 64, Seed = i }, ct: stop.Token, party: "hog",
            onStep: (_, _) => hog++)).ToList();
        await _engine.SampleAsync("tiny", new SamplingRequest { Sampler = "ddim", Steps = 50, Count = 64 }, party: "modest",
            onStart: () => before = hog, onStep: (step, _) => { if (step == 50) after = hog; });
        // A pass has one to four of the requests. Were all seven served by turns, the six would have had three hundred steps.
        Assert.InRange(after - before, 40, 170);
        await stop.CancelAsync();
        foreach (var task in many) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
    }
}
