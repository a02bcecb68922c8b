using System.Collections.Concurrent;
using Playground.Client.Contracts;

namespace Playground.Server.Jobs;

/// <summary>The jobs that wait, run or are paused, and for each kind the line between those who ask and the one who works.</summary>
internal sealed class JobBoard
{
    private const int Kept = 100;
    private readonly ConcurrentDictionary<string, LiveJob> _live = new();
    private readonly ConcurrentQueue<LiveJob> _ended = new();
    private readonly ConcurrentDictionary<string, FairLine> _lines = new();

    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the jobs that the server found at its start are shown; one that is not here then has ended.</summary>
    public Task Loaded => _loaded.Task;

    public void SetLoaded() => _loaded.TrySetResult();

    /// <summary>Every change of every job.</summary>
    public JobFeed Feed { get; } = new();

    public LiveJob? Find(string id, string owner) => _live.TryGetValue(id, out var job) && job.Owner == owner ? job : null;

    /// <summary>The owner's that wait, run or are paused, the oldest first.</summary>
    public IReadOnlyList<JobView> ListLive(string owner) => [.. _live.Values.Where(j => j.Owner == owner).Select(j => j.View)
        .Where(j => !JobStatus.IsFinal(j.Status)).OrderBy(j => j.Created).ThenBy(j => j.Id)];

    /// <summary>Jobs of a kind that wait.</summary>
    public int Waiting(string kind) => LineOf(kind).Length;

    /// <summary>Jobs of an owner that wait, of all kinds.</summary>
    public int WaitingOf(string owner) => _lines.Values.Sum(l => l.LengthOf(owner));

    /// <summary>Whosever it is: for administrators alone.</summary>
    public LiveJob? FindOfAny(string id) => _live.GetValueOrDefault(id);

    /// <summary>Those of all owners that wait, run or are paused, the oldest first: for administrators alone.</summary>
    public IReadOnlyList<LiveJob> ListAllLive() => [.. _live.Values.Where(j => !JobStatus.IsFinal(j.View.Status))
        .OrderBy(j => j.View.Created).ThenBy(j => j.View.Id)];

    /// <summary>Shows the job to those who ask for it, unless it is shown already.</summary>
    /// <returns>The one that is shown.</returns>
    public LiveJob Show(JobRow row)
    {
        var shown = _live.GetOrAdd(row.Id, _ => new LiveJob(row.Owner, row.ToView(), Feed));
        Feed.Tell(shown.Owner, shown.View);
        return shown;
    }

    /// <summary>
    /// Shows the job and puts it at the end of its kind's line, unless it is shown already: one and the same job does not run twice.
    /// </summary>
    /// <param name="row">What to run.</param>
    /// <param name="isDoubtful">Whether the row may not be there after all: the database did not answer when it was written.</param>
    /// <returns>The one that is shown.</returns>
    public LiveJob Add(JobRow row, bool isDoubtful = false)
    {
        var job = new LiveJob(row.Owner, row.ToView(), Feed) { IsDoubtful = isDoubtful };
        var shown = _live.GetOrAdd(row.Id, job);
        if (shown != job) job.Dispose();
        else Requeue(job);
        return shown;
    }

    /// <summary>Puts a job that had ended into the line again, in place of the one that ended.</summary>
    public LiveJob AddAgain(JobRow row)
    {
        var job = new LiveJob(row.Owner, row.ToView(), Feed);
        // The one that ended is disposed when its time among the ended comes.
        _live[row.Id] = job;
        Requeue(job);
        return job;
    }

    /// <summary>Puts a job that is shown at the end of its kind's line again.</summary>
    public void Requeue(LiveJob job) => LineOf(job.View.Kind).Join(job);

    /// <summary>The next job of a kind, once there is one.</summary>
    public Task<LiveJob> TakeAsync(string kind, CancellationToken ct) => LineOf(kind).TakeAsync(ct);

    /// <summary>The job leaves the line; those behind it move up.</summary>
    public void Leave(LiveJob job) => LineOf(job.View.Kind).Leave(job);

    /// <summary>An ended job stays for late watchers, with its last frame, until a hundred more have ended.</summary>
    public void Retire(LiveJob job)
    {
        _ended.Enqueue(job);
        while (_ended.Count > Kept && _ended.TryDequeue(out var old)) Remove(old);
    }

    /// <summary>The job is shown no more.</summary>
    public void Remove(LiveJob job)
    {
        Leave(job);
        _live.TryRemove(new KeyValuePair<string, LiveJob>(job.View.Id, job));
        job.Dispose();
    }

    private FairLine LineOf(string kind) => _lines.GetOrAdd(kind, _ => new FairLine());
}
