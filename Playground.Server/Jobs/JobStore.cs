using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>
/// Jobs and their pictures in the database. Everything asked for by a person is scoped by owner. A job's progress lives in memory:
/// it is written when its state changes and with each checkpoint, never by the step.
/// </summary>
internal sealed class JobStore(Database database, TimeProvider clock)
{
    private const int MaxListed = 200;

    public Task InsertAsync(JobRow row, CancellationToken ct) => database.WriteAsync(db =>
    {
        db.Add(row);
        return db.SaveChangesAsync(ct);
    }, ct);

    public Task<JobRow?> FindAsync(string id, string owner, CancellationToken ct)
        => database.ReadAsync(db => db.Set<JobRow>().SingleOrDefaultAsync(j => j.Id == id && j.Owner == owner, ct), ct);

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

    /// <summary>Writes where the job stands, unless something newer has been written.</summary>
    /// <returns>False when something newer has.</returns>
    public Task<bool> UpdateAsync(JobView job, CancellationToken ct)
    {
        DateTimeOffset? ended = JobStatus.IsFinal(job.Status) ? clock.GetUtcNow() : null;
        return database.WriteAsync(async db => await db.Set<JobRow>().Where(j => j.Id == job.Id && j.Sequence < job.Sequence)
            .ExecuteUpdateAsync(set => set
            .SetProperty(j => j.Status, job.Status)
            .SetProperty(j => j.Sequence, job.Sequence)
            .SetProperty(j => j.Step, job.Step)
            .SetProperty(j => j.Error, job.Error)
            .SetProperty(j => j.Ended, ended), ct) > 0, ct);
    }

    /// <summary>What was asked for has changed, and with it how many steps there are.</summary>
    public Task AmendAsync(string id, JsonElement request, int steps, CancellationToken ct)
        => database.WriteAsync(db => db.Set<JobRow>().Where(j => j.Id == id).ExecuteUpdateAsync(set => set
        .SetProperty(j => j.Request, request.GetRawText())
        .SetProperty(j => j.Steps, steps), ct), ct);

    /// <summary>What was under way when the server ended: back into the line if it can go on, or failed.</summary>
    public Task EndInterruptedAsync(string kind, bool resumes, string error, CancellationToken ct) => database.WriteAsync(db =>
    {
        var running = db.Set<JobRow>().Where(j => j.Kind == kind && j.Status == JobStatus.Running);
        return resumes
            ? running.ExecuteUpdateAsync(set => set.SetProperty(j => j.Status, JobStatus.Queued)
                .SetProperty(j => j.Sequence, j => j.Sequence + 1), ct)
            : running.ExecuteUpdateAsync(set => set
                .SetProperty(j => j.Status, JobStatus.Failed)
                .SetProperty(j => j.Sequence, j => j.Sequence + 1)
                .SetProperty(j => j.Error, error)
                .SetProperty(j => j.Ended, clock.GetUtcNow()), ct);
    }, ct);

    /// <summary>Keeps what the job made, all of it or nothing; what has a name already is replaced.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="made">Hashes by name.</param>
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
}
