using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Jobs;

namespace Playground.Server.Sampling.Frames;

/// <summary>A frame that waits to be written, or, without one, a run's end.</summary>
internal sealed record FrameToKeep(FrameRecording Recording, KeptFrame? Frame, EncodedFrame? Encoded, long Bytes);

/// <summary>
/// Encodes and writes the frames of all runs, one after another, on a thread that is not the device's. Where frames come faster than
/// that, they are left out and counted: no run waits for it.
/// </summary>
internal sealed class FrameRecorder : IAsyncDisposable
{
    // The budget is looked at whenever a run has grown by this.
    private const long BudgetEvery = 8 << 20;

    private readonly FrameFolder _folder;
    private readonly FrameBudget _budget;
    private readonly FrameOptions _options;
    private readonly ILogger<FrameRecorder> _log;
    private readonly Channel<FrameToKeep> _work = Channel.CreateUnbounded<FrameToKeep>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<(string Owner, string Job), FrameRecording> _live = new();
    private readonly Task _loop;
    private long _waiting;

    public FrameRecorder(FrameFolder folder, FrameBudget budget, IOptions<FrameOptions> options, ILogger<FrameRecorder> log)
    {
        (_folder, _budget, _options, _log) = (folder, budget, options.Value, log);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Begins to keep a run's frames, in place of those of an earlier try.</summary>
    /// <param name="owner">Whose run.</param>
    /// <param name="job">Its id.</param>
    /// <param name="steps">Model calls in all, at least 1.</param>
    /// <returns>To be disposed when the run is over; null where none are kept.</returns>
    public FrameRecording? Begin(string owner, string job, int steps)
    {
        if (_options.BytesPerOwner == 0 || _folder.PathOf(owner, job) is not { } path) return null;
        var stride = Math.Max(1, (steps + _options.PerRun - 1) / _options.PerRun);
        var recording = new FrameRecording(this, owner, job, path, steps, stride,
            Math.Min(_options.BytesPerRun, _options.BytesPerOwner));
        _live[(owner, job)] = recording;
        return recording;
    }

    /// <summary>The run's, where it is under way.</summary>
    public FrameRecording? FindLive(string owner, string job) => _live.GetValueOrDefault((owner, job));

    /// <summary>Takes what is to be written; false where too much waits, or nothing is written any more.</summary>
    public bool TryPost(FrameToKeep work)
    {
        if (Interlocked.Add(ref _waiting, work.Bytes) <= _options.WaitingBytes || work.Frame is null)
        {
            if (_work.Writer.TryWrite(work)) return true;
        }
        Interlocked.Add(ref _waiting, -work.Bytes);
        return false;
    }

    /// <summary>Says that a run's further frames are not kept.</summary>
    public void Note(FrameRecording recording, Exception e)
        => _log.LogWarning(e, "Further frames of job {Job} are not kept: they cannot be written", recording.Job);

    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        var looked = new Dictionary<FrameRecording, long>();
        await foreach (var (recording, frame, encoded, bytes) in _work.Reader.ReadAllAsync())
        {
            Interlocked.Add(ref _waiting, -bytes);
            try
            {
                if (frame is not null) await recording.KeepAsync(frame, encoded!);
                else await recording.EndAsync();
                if (frame is not null && recording.Bytes - looked.GetValueOrDefault(recording) < BudgetEvery) continue;
                looked[recording] = recording.Bytes;
                await _budget.KeepAsync(recording.Owner, job => job != recording.Job || frame is not null
                    ? _live.ContainsKey((recording.Owner, job)) : false);
            }
            catch (Exception e)
            {
                // Whatever it is, others' frames are still to be written.
                _log.LogError(e, "Frames of job {Job} are not kept", recording.Job);
            }
            if (frame is not null) continue;
            looked.Remove(recording);
            _live.TryRemove(new KeyValuePair<(string, string), FrameRecording>((recording.Owner, recording.Job), recording));
            recording.SetDone();
        }
    }
}
