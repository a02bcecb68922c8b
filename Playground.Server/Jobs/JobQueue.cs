using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Hosting;

namespace Playground.Server.Jobs;

/// <summary>The local owner's jobs: asked for, found, listed, cancelled.</summary>
internal sealed class JobQueue(JobStore store, JobBoard board, IEnumerable<IJobHandler> kinds, TimeProvider clock) : IJobs
{
    private const int MaxWaiting = 100;

    /// <summary>Writes the job down and puts it in the line of its kind.</summary>
    /// <param name="kind">One of <see cref="JobKind"/>.</param>
    /// <param name="request">What was asked for, checked already.</param>
    /// <param name="steps">Steps in all.</param>
    /// <exception cref="PlaygroundException">Too many are waiting; nothing was written.</exception>
    public async Task<JobView> EnqueueAsync<T>(string kind, T request, int steps, CancellationToken ct)
    {
        if (board.Waiting(kind) >= MaxWaiting)
            throw new PlaygroundException($"{board.Waiting(kind)} jobs are waiting, which is the limit; try again when some have ended.");
        var row = new JobRow
        {
            Id = Guid.NewGuid().ToString("N"),
            Owner = Owners.Local,
            Kind = kind,
            Status = JobStatus.Queued,
            Request = JsonSerializer.Serialize(request, JsonSerializerOptions.Web),
            Sequence = 1,
            Steps = steps,
            Created = clock.GetUtcNow(),
        };
        await store.InsertAsync(row, ct);
        return board.Add(new LiveJob(row.Owner, row.ToView())).View;
    }

    public async Task<IReadOnlyList<JobView>> ListAsync(string? kind, CancellationToken ct)
        => [.. (await store.ListAsync(Owners.Local, kind, ct)).Select(row => board.Find(row.Id, row.Owner)?.View ?? row.ToView())];

    public Task<IReadOnlyList<JobView>> ListLiveAsync(CancellationToken ct) => Task.FromResult(board.ListLive(Owners.Local));

    public async Task<JobView?> FindAsync(string id, CancellationToken ct)
    {
        if (board.Find(id, Owners.Local) is { } live) return live.View;
        return (await store.FindAsync(id, Owners.Local, ct))?.ToView();
    }

    public async Task<bool?> CancelAsync(string id, CancellationToken ct)
    {
        if (board.Find(id, Owners.Local) is not { } live) return await store.FindAsync(id, Owners.Local, ct) is null ? null : false;
        var view = live.View;
        if (JobStatus.IsFinal(view.Status)) return false;
        // Nobody works at a paused job who could end it. The database decides, if it is resumed at the same time.
        if (view.Status == JobStatus.Paused)
        {
            if (!await store.UpdateAsync(view.Next(JobStatus.Canceled), ct)) return false;
            live.Cancel();
            if (kinds.FirstOrDefault(k => k.Kind == view.Kind) is { } kind) await kind.CanceledAsync(live);
            live.End(JobStatus.Canceled);
            board.Retire(live);
            return true;
        }
        live.Cancel();
        return true;
    }
}
