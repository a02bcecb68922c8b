using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core.Generation;
using Playground.Core.Imaging;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Sampling.Frames;

namespace Playground.Server.Tests.Sampling;

/// <summary>What is kept of a run while it runs: never at its cost.</summary>
public sealed class FrameRecorderTests : IDisposable
{
    private const string Owner = "local";

    // 256 × 256 gray, noisy and clean: 128 KiB of pixels a frame.
    private static readonly PictureBatch s_image = new(1, 256, 256, 1, [.. Enumerable.Range(0, 1 << 16).Select(i => (byte)(i * i >> 7))]);

    private readonly string _folder = Directory.CreateTempSubdirectory("frames-").FullName;
    private readonly string _job = Guid.NewGuid().ToString("N");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Frames_that_come_faster_than_they_are_written_are_left_out_and_counted_and_nobody_waits()
    {
        await using var recorder = RecorderOf(new FrameOptions { WaitingBytes = 1 << 20 });
        await using var recording = recorder.Begin(Owner, _job, steps: 100)!;
        using var gate = new ManualResetEventSlim();
        // The writer stands still at the first frame.
        recording.Offer(Frame(1), new(() => { gate.Wait(); return View(1); }));
        for (var step = 2; step <= 100; step++) recording.Offer(Frame(step), Encoded(step));
        var dropped = recording.Index.Dropped;
        Assert.InRange(dropped, 80, 98);
        gate.Set();
        await recording.DisposeAsync();

        var index = (await new StoredFrames(recorder, FolderOf()).FindAsync(Owner, _job, TestContext.Current.CancellationToken))!;
        Assert.Equal((dropped, 100 - dropped), (index.Dropped, index.Frames.Count));
    }

    [Fact]
    public async Task A_run_with_more_than_its_share_keeps_every_second_frame_then_every_fourth_spread_over_all_of_it()
    {
        var size = View(1).Xt.Length + View(1).X0.Length + FrameFile.RecordSize;
        await using var recorder = RecorderOf(new FrameOptions { BytesPerRun = 12 * size });
        var recording = recorder.Begin(Owner, _job, steps: 40)!;
        for (var step = 1; step <= 40; step++)
            if (recording.Wants(step)) recording.Offer(Frame(step), Encoded(step));
        await recording.DisposeAsync();

        var frames = new StoredFrames(recorder, FolderOf());
        var index = (await frames.FindAsync(Owner, _job, TestContext.Current.CancellationToken))!;
        Assert.Equal((1, 40, 0), (index.Frames[0].Step, index.Frames[^1].Step, index.Dropped));
        Assert.InRange(index.Bytes, 4 * size, 12 * size + 1000);
        Assert.Equal([1, .. Enumerable.Range(1, 40 / index.Stride).Select(i => i * index.Stride)], index.Frames.Select(f => f.Step));
        Assert.True(index.Stride is 4 or 8, $"Every {index.Stride}th step was kept.");
        Assert.Equal(View(40).Xt, await frames.ReadAsync(Owner, _job, 40, FrameSide.Noisy, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFiles(_folder, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Frames_are_there_to_read_while_the_run_goes_on()
    {
        await using var recorder = RecorderOf(new FrameOptions());
        await using var recording = recorder.Begin(Owner, _job, steps: 3)!;
        recording.Offer(Frame(1), Encoded(1));
        var frames = new StoredFrames(recorder, FolderOf());
        await WaitAsync(() => recording.Entries.Count == 1);
        var index = (await frames.FindAsync(Owner, _job, TestContext.Current.CancellationToken))!;
        Assert.Equal((false, 3, 1), (index.IsComplete, index.Steps, index.Frames.Count));
        Assert.Equal(View(1).X0, await frames.ReadAsync(Owner, _job, 1, FrameSide.Clean, TestContext.Current.CancellationToken));
        Assert.Null(await frames.FindAsync("stranger", _job, TestContext.Current.CancellationToken));
        Assert.Null(await frames.ReadAsync("stranger", _job, 1, FrameSide.Clean, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_run_of_many_steps_keeps_every_kth_from_the_start_and_one_of_a_budget_of_nothing_none()
    {
        await using var recorder = RecorderOf(new FrameOptions { PerRun = 10 });
        await using var recording = recorder.Begin(Owner, _job, steps: 1000)!;
        Assert.Equal([1, 100, 200], Enumerable.Range(1, 299).Where(recording.Wants));
        Assert.True(recording.Wants(1000));
        await using var none = RecorderOf(new FrameOptions { BytesPerOwner = 0 });
        Assert.Null(none.Begin(Owner, _job, steps: 10));
        Assert.Null(recorder.Begin(Owner, "../" + _job[3..], steps: 10));
    }

    [Fact]
    public async Task Where_the_disk_refuses_the_run_goes_on_without()
    {
        await using var recorder = RecorderOf(new FrameOptions());
        // A folder stands where the owner's folder would be.
        await File.WriteAllTextAsync(Path.Combine(_folder, "frames"), "", TestContext.Current.CancellationToken);
        var recording = recorder.Begin(Owner, _job, steps: 2)!;
        recording.Offer(Frame(1), Encoded(1));
        recording.Offer(Frame(2), Encoded(2));
        await recording.DisposeAsync();
        Assert.Equal(0, recording.Bytes);
        Assert.False(recording.Wants(2));
    }

    private FrameFolder FolderOf() => new(Options.Create(new PlaygroundOptions { Data = _folder }));

    // The database is asked only where the budget is exceeded.
    private FrameRecorder RecorderOf(FrameOptions options) => new(FolderOf(), new FrameBudget(FolderOf(), null!, Options.Create(options),
        NullLogger<FrameBudget>.Instance), Options.Create(options), NullLogger<FrameRecorder>.Instance);

    private static SamplingFrame Frame(int step) => new(step, 100, 1000 - step, s_image, s_image);

    private static EncodedFrame Encoded(int step) => new(() => View(step));

    private static FrameView View(int step) => new(step, 1000 - step, PngFile.Encode(s_image), PngFile.Encode(s_image));

    private static async Task WaitAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(5, TestContext.Current.CancellationToken);
    }
}
