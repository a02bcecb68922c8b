using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>
/// Jobs, their history and their pictures in the database. Everything asked for by a person is scoped by owner. A job's progress lives in
/// memory: it is written when its state changes and with each checkpoint, never by the step.
/// </summary>
internal sealed class JobStore(Database database, TimeProvider clock) : IBlobReferences
{
    /// <summary>What the history says where the server ended while the job ran.</summary>
    public const string Interrupted = "interrupted";

    private const int MaxListed = 200;

    /// <summary>Writes a new job down.</summary>
    /// <param name="row">As it is to be.</param>
    /// <param name="with">Done in the same transaction: what belongs to the job changes with its coming, or neither does.</param>
    /// <param name="ct">Stops it.</param>
    public Task InsertAsync(JobRow row, Func<PlaygroundDb, Task>? with, CancellationToken ct) => database.TransactAsync(async db =>
    {
        if (with is not null) await with(db);
        db.Add(row);
        db.Add(EventOf(row.Id, row.Status, row.Step, null));
        return await db.SaveChangesAsync(ct);
    }, ct);

    public Task<JobRow?> FindAsync(string id, string owner, CancellationToken ct)
        => database.ReadAsync(db => db.Set<JobRow>().SingleOrDefaultAsync(j => j.Id == id && j.Owner == owner, ct), ct);

    public Task<bool> ExistsAsync(string id, CancellationToken ct)
        => database.ReadAsync(db => db.Set<JobRow>().AnyAsync(j => j.Id == id, ct), ct);

    /// <summary>Those of <paramref name="ids"/> that there are, whoever's.</summary>
    public async Task<IReadOnlySet<string>> ExistingAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
        => (await database.ReadAsync(db => db.Set<JobRow>().Where(j => ids.Contains(j.Id)).Select(j => j.Id).ToListAsync(ct), ct))
            .ToHashSet();

    /// <summary>The owner's newest jobs, 200 at most.</summary>
    public Task<List<JobRow>> ListAsync(string owner, string? kind, CancellationToken ct) => database.ReadAsync(db =>
    {
        var jobs = db.Set<JobRow>().Where(j => j.Owner == owner);
        if (kind is not null) jobs = jobs.Where(j => j.Kind == kind);
        return jobs.OrderByDescending(j => j.Created).ThenByDescending(j => j.Id).Take(MaxListed).ToListAsync(ct);
    }, ct);

    /// <summary>Those that wait or are paused, the oldest first.</summary>
    public Task<List<JobRow>> UnendedAsync(CancellationToken ct) => database.ReadAsync(db => db.Set<JobRow>()
        .Where(j => j.Status == JobStatus.Queued || j.Status == JobStatus.Paused).OrderBy(j => j.Created).ThenBy(j => j.Id).ToListAsync(ct),
        ct);

    /// <summary>Those of all owners that wait, run or are paused, the oldest first.</summary>
    public Task<List<JobRow>> LiveAsync(CancellationToken ct) => database.ReadAsync(db => db.Set<JobRow>()
        .Where(j => j.Status == JobStatus.Queued || j.Status == JobStatus.Running || j.Status == JobStatus.Paused).OrderBy(j => j.Created)
        .ThenBy(j => j.Id).ToListAsync(ct), ct);

    /// <summary>Those of all owners that ended before a time, the oldest first, some hundred at most.</summary>
    public Task<List<JobRow>> EndedBeforeAsync(DateTimeOffset time, CancellationToken ct) => database.ReadAsync(db => db.Set<JobRow>()
        .Where(j => j.Ended != null && j.Ended < time).OrderBy(j => j.Ended).Take(MaxListed).ToListAsync(ct), ct);

    /// <summary>What has happened to a job, oldest first.</summary>
    public Task<List<JobEventRow>> HistoryAsync(string job, CancellationToken ct) => database.ReadAsync(db => db.Set<JobEventRow>()
        .Where(e => e.JobId == job).OrderBy(e => e.Id).ToListAsync(ct), ct);

    /// <summary>
    /// How long jobs of an owner's have run since a time, those that run now until now, and deleted ones too.
    /// </summary>
    public async Task<TimeSpan> RunningTimeAsync(string owner, string kind, DateTimeOffset since, CancellationToken ct)
    {
        var (events, deleted) = await database.ReadAsync(async db => (
            await db.Set<JobEventRow>().Where(e => db.Set<JobRow>().Any(j => j.Id == e.JobId && j.Owner == owner && j.Kind == kind
                && (j.Ended == null || j.Ended >= since))).OrderBy(e => e.JobId).ThenBy(e => e.Id).ToListAsync(ct),
            await db.Set<JobUsageRow>().Where(u => u.Owner == owner && u.Kind == kind && u.Ended >= since).SumAsync(u => u.Seconds, ct)),
            ct);
        return RunningTimeOf(events, since) + TimeSpan.FromSeconds(deleted);
    }

    // A run lasts until the job's next event.
    private TimeSpan RunningTimeOf(List<JobEventRow> events, DateTimeOffset since)
    {
        var now = clock.GetUtcNow();
        var ran = TimeSpan.Zero;
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].What != JobStatus.Running) continue;
            var end = i + 1 < events.Count && events[i + 1].JobId == events[i].JobId ? events[i + 1].At : now;
            var from = events[i].At > since ? events[i].At : since;
            if (end > from) ran += end - from;
        }
        return ran;
    }

    /// <summary>The job is being run from here on by <paramref name="holder"/>, and by nobody else.</summary>
    /// <returns>False where it is not in the line any more.</returns>
    public Task<bool> StartAsync(JobView job, string holder, CancellationToken ct) => database.TransactAsync(async db =>
    {
        var now = clock.GetUtcNow();
        var began = await db.Set<JobRow>().Where(j => j.Id == job.Id && j.Status == JobStatus.Queued && j.Sequence < job.Sequence)
            .ExecuteUpdateAsync(set => set
            .SetProperty(j => j.Status, JobStatus.Running)
            .SetProperty(j => j.Sequence, job.Sequence)
            .SetProperty(j => j.Step, job.Step)
            .SetProperty(j => j.Attempts, j => j.Attempts + 1)
            .SetProperty(j => j.Holder, holder)
            .SetProperty(j => j.Heartbeat, now)
            .SetProperty(j => j.Error, (string?)null)
            .SetProperty(j => j.Result, (string?)null)
            .SetProperty(j => j.Ended, (DateTimeOffset?)null), ct) > 0;
        if (began)
        {
            db.Add(EventOf(job.Id, JobStatus.Running, job.Step, null));
            await db.SaveChangesAsync(ct);
            return true;
        }
        // The answer to the same question may have been lost.
        return await db.Set<JobRow>().AnyAsync(j => j.Id == job.Id && j.Status == JobStatus.Running && j.Holder == holder, ct);
    }, ct);

    /// <summary>Those that <paramref name="holder"/> runs are still being run.</summary>
    public Task BeatAsync(string holder, CancellationToken ct) => database.WriteAsync(db => db.Set<JobRow>()
        .Where(j => j.Status == JobStatus.Running && j.Holder == holder)
        .ExecuteUpdateAsync(set => set.SetProperty(j => j.Heartbeat, clock.GetUtcNow()), ct), ct);

    /// <summary>Writes where the job stands, unless something newer has been written.</summary>
    /// <returns>False when something newer has.</returns>
    public Task<bool> UpdateAsync(JobView job, CancellationToken ct)
    {
        DateTimeOffset? ended = JobStatus.IsFinal(job.Status) ? clock.GetUtcNow() : null;
        return database.TransactAsync(async db =>
        {
            var result = job.Result?.GetRawText();
            var moved = await db.Set<JobRow>().Where(j => j.Id == job.Id && j.Sequence < job.Sequence).ExecuteUpdateAsync(set => set
                .SetProperty(j => j.Status, job.Status)
                .SetProperty(j => j.Sequence, job.Sequence)
                .SetProperty(j => j.Step, job.Step)
                .SetProperty(j => j.Attempts, job.Attempts)
                .SetProperty(j => j.Holder, (string?)null)
                .SetProperty(j => j.Error, job.Error)
                .SetProperty(j => j.Result, result)
                .SetProperty(j => j.Ended, ended), ct) > 0;
            if (!moved) return false;
            db.Add(EventOf(job.Id, job.Status, job.Step, job.Error));
            await db.SaveChangesAsync(ct);
            return true;
        }, ct);
    }

    /// <summary>
    /// A running job has come to a point that it can go on from. What was cut off before it was not in vain, so the attempts are counted
    /// from here.
    /// </summary>
    public Task ReachAsync(JobView job, CancellationToken ct) => database.WriteAsync(db => db.Set<JobRow>()
        .Where(j => j.Id == job.Id && j.Status == JobStatus.Running && j.Sequence < job.Sequence).ExecuteUpdateAsync(set => set
        .SetProperty(j => j.Sequence, job.Sequence)
        .SetProperty(j => j.Step, job.Step)
        .SetProperty(j => j.Attempts, 1), ct), ct);

    /// <summary>What was asked for has changed, and with it how many steps there are.</summary>
    public Task AmendAsync(string id, JsonElement request, int steps, CancellationToken ct)
        => database.WriteAsync(db => db.Set<JobRow>().Where(j => j.Id == id).ExecuteUpdateAsync(set => set
        .SetProperty(j => j.Request, request.GetRawText())
        .SetProperty(j => j.Steps, steps), ct), ct);

    /// <summary>
    /// What was under way when the server ended: back into the line if it can go on, or failed. One that was cut off too often is paused
    /// until its owner asks for it again: it may be what ends the server.
    /// </summary>
    /// <param name="kind">Whose jobs.</param>
    /// <param name="resumes">Whether jobs of the kind can go on.</param>
    /// <param name="maxAttempts">Starts that may end with the server's end.</param>
    /// <param name="error">What those are told that cannot go on.</param>
    /// <param name="ct">Stops it.</param>
    public Task EndInterruptedAsync(string kind, bool resumes, int maxAttempts, Remark error, CancellationToken ct)
        => database.TransactAsync(async db =>
    {
        var now = clock.GetUtcNow();
        foreach (var job in await db.Set<JobRow>().Where(j => j.Kind == kind && j.Status == JobStatus.Running).ToListAsync(ct))
        {
            db.Add(new JobEventRow { JobId = job.Id, At = job.Heartbeat ?? now, What = Interrupted, Step = job.Step });
            (job.Sequence, job.Holder) = (job.Sequence + 1, null);
            if (!resumes) (job.Status, job.Ended) = (JobStatus.Failed, now);
            else job.Status = job.Attempts < maxAttempts ? JobStatus.Queued : JobStatus.Paused;
            if (job.Status != JobStatus.Queued)
            {
                var remark = resumes ? Parked(job.Attempts) : error;
                (job.Error, job.Result) = (remark.Text, JobErrors.AddTo(null, [remark])?.GetRawText());
            }
            if (job.Status != JobStatus.Queued) db.Add(EventOf(job.Id, job.Status, job.Step, job.Error));
        }
        return await db.SaveChangesAsync(ct);
    }, ct);

    /// <summary>The server stops in good order: the job waits for the next start, and this one does not count.</summary>
    public Task ReleaseAsync(string id, string holder, CancellationToken ct) => database.WriteAsync(db => db.Set<JobRow>()
        .Where(j => j.Id == id && j.Status == JobStatus.Running && j.Holder == holder).ExecuteUpdateAsync(set => set
        .SetProperty(j => j.Status, JobStatus.Queued)
        .SetProperty(j => j.Sequence, j => j.Sequence + 1)
        .SetProperty(j => j.Attempts, j => j.Attempts - 1)
        .SetProperty(j => j.Holder, (string?)null), ct), ct);

    /// <summary>Deletes a job that has ended, with its history and the names of what it made.</summary>
    /// <returns>The hashes of what it made; null where there is no such job that has ended.</returns>
    public Task<List<string>?> DeleteAsync(string id, CancellationToken ct) => database.TransactAsync<List<string>?>(async db =>
    {
        var made = await db.Set<JobPictureRow>().Where(p => p.JobId == id).Select(p => p.Hash).Distinct().ToListAsync(ct);
        if (await db.Set<JobRow>().SingleOrDefaultAsync(j => j.Id == id && j.Ended != null, ct) is not { Ended: { } ended } job)
            return null;
        var events = await db.Set<JobEventRow>().Where(e => e.JobId == id).OrderBy(e => e.Id).ToListAsync(ct);
        db.Add(new JobUsageRow
        {
            Owner = job.Owner,
            Kind = job.Kind,
            Ended = ended,
            Seconds = RunningTimeOf(events, DateTimeOffset.MinValue).TotalSeconds,
        });
        await db.SaveChangesAsync(ct);
        return await db.Set<JobRow>().Where(j => j.Id == id && j.Ended != null).ExecuteDeleteAsync(ct) > 0 ? made : null;
    }, ct);

    /// <summary>Keeps what the job made, all of it or nothing; what has a name already is replaced.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="made">Hashes by name.</param>
    /// <param name="ct">Stops it.</param>
    public Task AddPicturesAsync(string job, IReadOnlyDictionary<string, string> made, CancellationToken ct)
        => database.TransactAsync(async db =>
    {
        var names = made.Keys.ToList();
        var kept = await db.Set<JobPictureRow>().Where(p => p.JobId == job && names.Contains(p.Name)).ToDictionaryAsync(p => p.Name, ct);
        foreach (var (name, hash) in made)
        {
            if (kept.TryGetValue(name, out var row)) row.Hash = hash;
            else db.Add(new JobPictureRow { JobId = job, Name = name, Hash = hash });
        }
        return await db.SaveChangesAsync(ct);
    }, ct);

    /// <summary>The job's own pictures in order, without the grid of them; none where there is no such job.</summary>
    public async Task<IReadOnlyList<(string Name, string Hash)>> ListPicturesAsync(string job, string owner, CancellationToken ct)
    {
        var rows = await database.ReadAsync(db => db.Set<JobPictureRow>()
            .Where(p => p.JobId == job && db.Set<JobRow>().Any(j => j.Id == job && j.Owner == owner)).ToListAsync(ct), ct);
        return [.. rows.Where(r => int.TryParse(r.Name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .OrderBy(r => int.Parse(r.Name, CultureInfo.InvariantCulture)).Select(r => (r.Name, r.Hash))];
    }

    public Task<string?> FindPictureAsync(string job, string owner, string name, CancellationToken ct)
        => database.ReadAsync(db => db.Set<JobPictureRow>()
        .Where(p => p.JobId == job && p.Name == name && db.Set<JobRow>().Any(j => j.Id == job && j.Owner == owner)).Select(p => p.Hash)
        .SingleOrDefaultAsync(ct), ct);

    public async Task<IReadOnlyCollection<string>> OfAsync(IReadOnlyCollection<string> hashes, CancellationToken ct)
        => await database.ReadAsync(db => db.Set<JobPictureRow>().Where(p => hashes.Contains(p.Hash)).Select(p => p.Hash).Distinct()
            .ToListAsync(ct), ct);

    private static Remark Parked(int attempts) => Remark.Of(JobError.Parked,
        $"The server ended {attempts} times while this ran, so it is not started again by itself. It may need more memory than the "
        + $"server has. Retry it, or cancel it and ask for less.");

    private JobEventRow EventOf(string job, string what, int step, string? detail)
        => new() { JobId = job, At = clock.GetUtcNow(), What = what, Step = step, Detail = detail };
}
