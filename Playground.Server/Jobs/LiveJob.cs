using System.Diagnostics;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Core.Sampling;

namespace Playground.Server.Jobs;

/// <summary>
/// A job while it waits and runs. Watchers read its newest state whenever they are ready, so a slow one skips frames and holds
/// nobody up, and every one sees the last. A frame is encoded once, by the first watcher that wants it, never on the device's thread.
/// </summary>
internal sealed class LiveJob(string owner, JobView first) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _clock = new();
    private readonly CancellationTokenSource _cancel = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (long Sequence, Lazy<FrameView>? Frame) _frame;
    private JobView _view = first;
    private int _watchers;

    public string Owner => owner;

    public CancellationToken Canceled => _cancel.Token;

    public bool IsWatched => Volatile.Read(ref _watchers) > 0;

    public JobView View
    {
        get { lock (_lock) return _view; }
    }

    public void Start()
    {
        _clock.Start();
        Change(v => v with { Status = JobStatus.Running, Position = 0 });
    }

    public void End(string status, string? error = null) => Change(v => v with { Status = status, Error = error, SecondsLeft = null, Position = 0 });

    public void Cancel() => _cancel.Cancel();

    public void MoveTo(int position)
    {
        if (View.Position != position) Change(v => v with { Position = position });
    }

    /// <summary>A step is done; <paramref name="frame"/> is null where none was wanted.</summary>
    public void Advance(int step, SamplingFrame? frame)
    {
        var pace = step / Math.Max(_clock.Elapsed.TotalSeconds, 1e-6);
        Change(v => v with { Step = step, StepsPerSecond = pace, SecondsLeft = (v.Steps - step) / pace }, frame);
    }

    /// <summary>States and frames from <paramref name="afterSequence"/> on, ending with the final one.</summary>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(long afterSequence, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        Interlocked.Increment(ref _watchers);
        try
        {
            var shown = -1L;
            while (true)
            {
                JobView view;
                (long Sequence, Lazy<FrameView>? Frame) frame;
                Task changed;
                lock (_lock) (view, frame, changed) = (_view, _frame, _changed.Task);

                if (view.Sequence > afterSequence)
                {
                    var isNew = frame.Frame is not null && frame.Sequence > shown;
                    yield return new WatchEvent(view, isNew ? frame.Frame!.Value : null);
                    (afterSequence, shown) = (view.Sequence, Math.Max(shown, frame.Sequence));
                }
                if (JobStatus.IsFinal(view.Status)) yield break;
                await changed.WaitAsync(ct);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }

    private void Change(Func<JobView, JobView> change, SamplingFrame? frame = null)
    {
        TaskCompletionSource wake;
        lock (_lock)
        {
            // A step under way when the job is cancelled comes too late.
            if (JobStatus.IsFinal(_view.Status)) return;
            _view = change(_view) with { Sequence = _view.Sequence + 1 };
            if (frame is not null) _frame = (_view.Sequence, new Lazy<FrameView>(() => Encode(frame)));
            wake = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        wake.SetResult();
    }

    private static FrameView Encode(SamplingFrame frame) => new(frame.Step, (int)MathF.Round(frame.Timestep), PngFile.Encode(PictureGrid.Of(frame.Xt)), PngFile.Encode(PictureGrid.Of(frame.X0)));

    public void Dispose() => _cancel.Dispose();
}

/// <summary>How a job's pictures are laid out, live and in the finished file alike.</summary>
internal static class PictureGrid
{
    public static PictureBatch Of(PictureBatch pictures) => PictureBatch.Grid(pictures, (int)Math.Ceiling(Math.Sqrt(pictures.Count)));
}
