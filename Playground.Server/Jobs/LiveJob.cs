using System.Diagnostics;
using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Core;

namespace Playground.Server.Jobs;

/// <summary>
/// A job while it waits, runs or is paused. Watchers read its newest state whenever they are ready, so a slow one skips frames and
/// holds nobody up, and every one sees the last.
/// </summary>
internal sealed class LiveJob : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly JobFeed _feed;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (long Sequence, EncodedFrame? Frame) _frame;
    private JobView _view;
    private WatchEvent? _event;
    private long _begun;
    private int _stepAtBegin;
    private int _watchers;
    private bool _isDisposed;

    public LiveJob(string owner, JobView first, JobFeed feed)
    {
        (Owner, _view, _feed) = (owner, first, feed);
        // Outlives the source: it is asked for after the job has been disposed too.
        Canceled = _cancel.Token;
    }

    public string Owner { get; }

    public CancellationToken Canceled { get; }

    /// <summary>Whether its row may not be there: the database did not answer when it was written.</summary>
    public bool IsDoubtful { get; init; }

    public bool IsWatched => Volatile.Read(ref _watchers) > 0;

    public JobView View
    {
        get { lock (_lock) return _view; }
    }

    public void Start()
    {
        CountFrom(View.Step);
        Change(v => v with
        {
            Status = JobStatus.Running,
            Position = 0,
            Error = null,
            ErrorRemarks = [],
            Result = null,
            Attempts = v.Attempts + 1
        });
    }

    /// <summary>The pace is taken from here on: so many steps were done before.</summary>
    public void CountFrom(int step)
    {
        lock (_lock) (_begun, _stepAtBegin) = (Stopwatch.GetTimestamp(), step);
    }

    /// <summary>Where the job stands when its work begins: at the step that it goes on from, and from which its pace is taken.</summary>
    public void SetStartStep(int step)
    {
        CountFrom(step);
        Change(v => v with { Step = step });
    }

    /// <summary>What the job is at, where no step is done meanwhile; null: its steps say it.</summary>
    public void Note(Remark? activity) => Change(v => v with { Activity = activity?.Text, ActivityRemark = activity });

    /// <summary>What the owner should know although the job goes on.</summary>
    public void Warn(IReadOnlyList<string> warnings)
    {
        if (warnings.Count > 0) Change(v => v with { Warnings = warnings });
    }

    /// <summary>How far the job is, in kinds that work in stages.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="step">Of the whole.</param>
    public void Report(JobStage stage, int step) => Change(v => v with { Stage = stage, Step = step });

    /// <summary>The job has come to a point that it can go on from: the attempts are counted from here.</summary>
    /// <returns>The state to be written.</returns>
    public JobView Reach()
    {
        Change(v => v with { Attempts = 1 });
        return View;
    }

    /// <summary>The run is over: the job has ended, or is paused.</summary>
    /// <param name="status">A value of <see cref="JobStatus"/>.</param>
    /// <param name="error">Why, where it did not succeed.</param>
    /// <param name="remarks">The same by codes; empty where it has none.</param>
    /// <param name="result">What came of it.</param>
    public void End(string status, string? error = null, IReadOnlyList<Remark>? remarks = null, JsonElement? result = null)
        => Change(v => v with
        {
            Status = status,
            Error = error,
            ErrorRemarks = remarks ?? [],
            Result = JobErrors.AddTo(result, remarks ?? []),
            SecondsLeft = null,
            StepsPerSecond = null,
            Activity = null,
            ActivityRemark = null,
            Stage = null,
            Position = 0,
            Ended = JobStatus.IsFinal(status) ? DateTime.UtcNow : null,
        });

    /// <summary>A paused job waits for its turn again; the board must be told too. False where it is not paused, or no longer.</summary>
    public bool TryRequeue()
    {
        var requeued = false;
        Change(v => (requeued = v.Status == JobStatus.Paused)
            ? v with { Status = JobStatus.Queued, Error = null, ErrorRemarks = [], Result = null, Attempts = 0 } : v);
        return requeued;
    }

    public void Cancel()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
        }
        _cancel.Cancel();
    }

    public void MoveTo(int position)
    {
        if (View.Position != position) Change(v => v with { Position = position });
    }

    /// <summary>A step is done; <paramref name="frame"/> is null where none was wanted. The pace is that of this run.</summary>
    public void Advance(int step, EncodedFrame? frame = null, Remark? activity = null)
    {
        Change(v =>
        {
            var pace = (step - _stepAtBegin) / Math.Max(Stopwatch.GetElapsedTime(_begun).TotalSeconds, 1e-6);
            return v with
            {
                Step = step,
                Activity = activity?.Text,
                ActivityRemark = activity,
                StepsPerSecond = pace > 0 ? pace : null,
                SecondsLeft = pace > 0
                ? (v.Steps - step) / pace
                : null
            };
        }, frame);
    }

    /// <summary>What was asked for has changed, and with it how many steps there are.</summary>
    public void Amend(JsonElement request, int steps)
    {
        lock (_lock)
        {
            // A job that has ended can be renamed while its end is being written; nobody waits for another state of it.
            if (JobStatus.IsFinal(_view.Status)) _view = _view with { Request = request };
        }
        Change(v => v with { Request = request, Steps = steps });
    }

    /// <summary>States and frames from <paramref name="afterSequence"/> on, ending with the final one.</summary>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(long afterSequence,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        Interlocked.Increment(ref _watchers);
        try
        {
            var shown = -1L;
            // A watcher from before the server's last start counts on from numbers that are no more.
            if (afterSequence > View.Sequence) afterSequence = 0;
            while (true)
            {
                JobView view;
                (long Sequence, EncodedFrame? Frame) frame;
                Task changed;
                lock (_lock) (view, frame, changed) = (_view, _frame, _changed.Task);

                if (view.Sequence > afterSequence)
                {
                    var isNew = frame.Frame is not null && frame.Sequence > shown;
                    yield return EventOf(view, isNew ? await frame.Frame!.ViewAsync() : null);
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

    // One event for all who are at the same point: it is written once.
    private WatchEvent EventOf(JobView view, FrameView? frame)
    {
        lock (_lock)
        {
            if (_event is not { } last || !ReferenceEquals(last.Job, view) || !ReferenceEquals(last.Frame, frame))
                _event = last = new WatchEvent(view, frame);
            return last;
        }
    }

    private void Change(Func<JobView, JobView> change, EncodedFrame? frame = null)
    {
        TaskCompletionSource wake;
        lock (_lock)
        {
            // A step under way when the job is cancelled comes too late.
            if (JobStatus.IsFinal(_view.Status)) return;
            _view = change(_view) with { Sequence = _view.Sequence + 1 };
            if (frame is not null) _frame = (_view.Sequence, frame);
            wake = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        wake.SetResult();
        _feed.Tell(Owner, View);
    }

    public void Dispose()
    {
        lock (_lock) _isDisposed = true;
        _cancel.Dispose();
    }
}
