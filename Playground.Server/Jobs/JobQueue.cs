using System.Text.Json;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>The caller's jobs: asked for, found, listed, cancelled, asked for again, deleted.</summary>
internal sealed class JobQueue(JobStore store, JobBoard board, IEnumerable<IJobHandler> handlers, BlobCleaner blobs, ICurrentOwner owner,
    IQuotas quotas, IOptions<JobOptions> options, TimeProvider clock) : IJobs, IDisposable
{
    /// <summary>Within which training hours are counted.</summary>
    public static readonly TimeSpan TrainingWindow = TimeSpan.FromDays(30);

    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(30);

    // What is deleted is not asked for again at the same time.
    private readonly SemaphoreSlim _change = new(1, 1);

    /// <summary>Writes the job down and puts it in the line of its kind.</summary>
    /// <param name="kind">One of <see cref="JobKind"/>.</param>
    /// <param name="request">What was asked for, checked already.</param>
    /// <param name="steps">Steps in all.</param>
    /// <param name="ct">Stops it before anything is written.</param>
    /// <param name="with">Done in the same transaction, with the job's id.</param>
    /// <exception cref="RequestException">Too many are waiting; nothing was written.</exception>
    public async Task<JobView> EnqueueAsync<T>(string kind, T request, int steps, CancellationToken ct,
        Func<PlaygroundDb, string, Task>? with = null)
    {
        await CheckRoomAsync(kind, ct);
        var row = new JobRow
        {
            Id = Guid.NewGuid().ToString("N"),
            Owner = owner.Id,
            Kind = kind,
            Status = JobStatus.Queued,
            Request = JsonSerializer.Serialize(request, JsonSerializerOptions.Web),
            Sequence = 1,
            Steps = steps,
            Created = clock.GetUtcNow(),
        };
        try
        {
            await store.InsertAsync(row, with is null ? null : db => with(db, row.Id), ct);
        }
        catch (StorageUnavailableException)
        {
            // It may have been written all the same. Whoever runs it looks once the database is back.
            board.Add(row, isDoubtful: true);
            throw;
        }
        return board.Add(row).View;
    }

    /// <summary>Waits until a job of the caller's has ended or is paused, or the time is over.</summary>
    /// <returns>The job as it is then.</returns>
    public async Task<JobView> EndAsync(JobView job, TimeSpan patience, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            await foreach (var item in WatchAsync(job.Id, 0, limit.Token))
            {
                job = item.Job;
                if (job.Status == JobStatus.Paused) break;
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // It goes on; who asked can look for it.
        }
        return job;
    }

    /// <summary>What whoever waited for a job that did not succeed is told: as if the request itself had been refused.</summary>
    public static RequestException RefusalOf(JobView job)
    {
        var refusal = job.Result?.Deserialize<Refusal>(JsonSerializerOptions.Web);
        return new RequestException(refusal?.Status ?? StatusCodes.Status409Conflict, job.Error ?? JobRunner.Canceled, refusal?.Errors)
        { Reason = refusal?.Reason };
    }

    private sealed record Refusal(int? Status, IReadOnlyDictionary<string, string[]>? Errors, string? Reason);

    public async Task<IReadOnlyList<JobView>> ListAsync(string? kind, CancellationToken ct)
        => [.. (await store.ListAsync(owner.Id, kind, ct)).Select(row => board.Find(row.Id, row.Owner)?.View ?? row.ToView())];

    public Task<IReadOnlyList<JobView>> ListLiveAsync(CancellationToken ct) => Task.FromResult(board.ListLive(owner.Id));

    public async Task<JobView?> FindAsync(string id, CancellationToken ct)
        => board.Find(id, owner.Id) is { IsDoubtful: false } live ? live.View : (await store.FindAsync(id, owner.Id, ct))?.ToView();

    public async Task<IReadOnlyList<JobEvent>?> GetHistoryAsync(string id, CancellationToken ct)
        => await store.FindAsync(id, owner.Id, ct) is null ? null : [.. (await store.HistoryAsync(id, ct)).Select(e => e.ToEvent())];

    public IAsyncEnumerable<WatchEvent> WatchAsync(string id, long afterSequence, CancellationToken ct)
        => WatchAsync(owner.Id, id, afterSequence, ct);

    // Who asks is settled before anything is read.
    private async IAsyncEnumerable<WatchEvent> WatchAsync(string mine, string id, long afterSequence,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        // Right after a start, a row still says what was when the server stopped.
        if (board.Find(id, mine) is null) await board.Loaded.WaitAsync(ct);
        if (board.Find(id, mine) is { } live)
        {
            await foreach (var item in live.WatchAsync(afterSequence, ct)) yield return item;
            yield break;
        }
        if (await store.FindAsync(id, mine, ct) is { } row) yield return new WatchEvent(row.ToView(), null);
    }

    public IAsyncEnumerable<JobView> WatchAllAsync(CancellationToken ct)
    {
        var mine = owner.Id;
        return board.Feed.ListenAsync(mine, () => board.ListLive(mine), ct);
    }

    public async Task<bool?> CancelAsync(string id, CancellationToken ct)
    {
        if (board.Find(id, owner.Id) is not { } live) return await store.FindAsync(id, owner.Id, ct) is null ? null : false;
        var view = live.View;
        if (JobStatus.IsFinal(view.Status)) return false;
        // Nobody works at a paused job who could end it. The database decides, if it is resumed at the same time.
        if (view.Status == JobStatus.Paused)
        {
            if (!await store.UpdateAsync(view.Next(JobStatus.Canceled), ct)) return false;
            live.Cancel();
            if (HandlerOf(view.Kind) is { } handler) await handler.EndedAsync(live, JobStatus.Canceled, JobRunner.Canceled);
            live.End(JobStatus.Canceled);
            board.Retire(live);
            return true;
        }
        live.Cancel();
        return true;
    }

    public async Task<JobView?> RetryAsync(string id, CancellationToken ct)
    {
        await _change.WaitAsync(ct);
        try
        {
            if (await store.FindAsync(id, owner.Id, ct) is not { } row) return null;
            var view = board.Find(id, owner.Id)?.View ?? row.ToView();
            if (view.Status is not (JobStatus.Paused or JobStatus.Failed or JobStatus.Canceled))
                throw RequestException.Conflict(
                    $"The job is {view.Status}; only one that failed, was canceled or is paused can be retried.");
            if (view.Status != JobStatus.Paused && HandlerOf(view.Kind)?.Repeats != true)
                throw RequestException.Conflict("What this job was to work on was removed when it ended. Start again from the beginning.");
            await CheckRoomAsync(view.Kind, ct);
            return view.Status == JobStatus.Paused ? await ResumeAsync(view, ct) : await RepeatAsync(row, ct);
        }
        finally
        {
            _change.Release();
        }
    }

    public async Task<bool> DeleteAsync(string id, CancellationToken ct)
    {
        if (await store.FindAsync(id, owner.Id, ct) is not { } row) return false;
        if (board.Find(id, owner.Id)?.View.Status is { } status && !JobStatus.IsFinal(status))
            throw RequestException.Conflict($"The job is {status}; cancel it first, then delete it.");
        await DeleteAsync(row, ct);
        return true;
    }

    /// <summary>Deletes a job of whoever's that has ended.</summary>
    /// <exception cref="RequestException">Something needs what it made.</exception>
    public async Task DeleteAsync(JobRow row, CancellationToken ct)
    {
        await _change.WaitAsync(ct);
        try
        {
            if (!JobStatus.IsFinal(row.Status)) throw JustEnded();
            var more = HandlerOf(row.Kind) is { } handler ? await handler.DeleteAsync(row, ct) : [];
            var made = await store.DeleteAsync(row.Id, ct) ?? throw JustEnded();
            if (board.Find(row.Id, row.Owner) is { } live) board.Remove(live);
            await blobs.CleanAsync([.. made, .. more], CancellationToken.None);
        }
        finally
        {
            _change.Release();
        }
    }

    public void Dispose() => _change.Dispose();

    private async Task<JobView?> ResumeAsync(JobView view, CancellationToken ct)
    {
        // The database decides between two who ask at once, and nothing has changed where it does not answer.
        if (board.Find(view.Id, owner.Id) is not { } live
            || !await store.UpdateAsync(view.Next(JobStatus.Queued) with { Attempts = 0 }, ct) || !live.TryRequeue())
            throw RequestException.Conflict("The job was resumed or canceled at the same time.");
        board.Requeue(live);
        return live.View;
    }

    private async Task<JobView?> RepeatAsync(JobRow row, CancellationToken ct)
    {
        var next = row.ToView().Next(JobStatus.Queued) with { Attempts = 0, Step = 0, Result = null };
        if (!await store.UpdateAsync(next, ct)) throw JustEnded();
        return board.AddAgain(await store.FindAsync(row.Id, row.Owner, ct) ?? row).View;
    }

    private IJobHandler? HandlerOf(string kind) => handlers.FirstOrDefault(h => h.Kind == kind);

    private async Task CheckRoomAsync(string kind, CancellationToken ct)
    {
        if (await quotas.OfAsync(owner.Id, ct) is { } quota)
        {
            if (board.WaitingOf(owner.Id) is var mine && mine >= quota.QueuedJobs)
                throw RequestException.TooMany($"{mine} of your jobs are waiting, which is your limit; try again when some have ended.",
                    s_busy);
            if (kind == JobKind.Training) await CheckHoursAsync(quota, ct);
        }
        if (board.Waiting(kind) is var waiting && waiting >= options.Value.MaxWaiting)
            throw RequestException.TooMany($"{waiting} jobs are waiting, which is the limit; try again when some have ended.", s_busy);
    }

    private async Task CheckHoursAsync(Quota quota, CancellationToken ct)
    {
        var used = await store.RunningTimeAsync(owner.Id, JobKind.Training, clock.GetUtcNow() - TrainingWindow, ct);
        if (used.TotalHours >= quota.TrainingHours)
            throw RequestException.TooMany($"Your trainings ran {used.TotalHours:0.#} hours in the last {TrainingWindow.Days} days; "
                + $"{quota.TrainingHours:0.#} are allowed. Ask an administrator for more.", TimeSpan.FromDays(1));
    }

    private static RequestException JustEnded()
        => RequestException.Conflict("The job has ended at this very moment, or was asked for again. Try again in a second.");
}
