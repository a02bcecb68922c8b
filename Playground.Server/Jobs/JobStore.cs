using System.Text.Json;
using Dapper;
using Playground.Client.Contracts;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>A row of <c>jobs</c>.</summary>
internal sealed record JobRow(string Id, string Owner, string Kind, string Status, string Request, long Sequence, long Step, long Steps, string? Error, string Created, string? Ended)
{
    public SampleRequest SampleRequest => JsonSerializer.Deserialize<SampleRequest>(Request) ?? new SampleRequest();
}

/// <summary>Jobs and their pictures in the database. Everything asked for by a person is scoped by owner.</summary>
internal sealed class JobStore(Database database)
{
    public async Task InsertAsync(JobRow row, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("INSERT INTO jobs (id, owner, kind, status, request, sequence, step, steps, error, created, ended) VALUES (@Id, @Owner, @Kind, @Status, @Request, @Sequence, @Step, @Steps, @Error, @Created, @Ended)", row);
    }

    public async Task<JobRow?> FindAsync(string id, string owner, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return await db.QuerySingleOrDefaultAsync<JobRow>("SELECT * FROM jobs WHERE id = @id AND owner = @owner", new { id, owner });
    }

    public async Task<IReadOnlyList<JobRow>> QueuedAsync(CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<JobRow>("SELECT * FROM jobs WHERE status = 'queued' ORDER BY created, rowid")];
    }

    public async Task UpdateAsync(JobView job, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("UPDATE jobs SET status = @Status, sequence = @Sequence, step = @Step, error = @Error, ended = @Ended WHERE id = @Id",
            new { job.Status, job.Sequence, job.Step, job.Error, job.Id, Ended = JobStatus.IsFinal(job.Status) ? DateTime.UtcNow.ToString("O") : null });
    }

    /// <summary>A sampling that a crash cut off cannot go on: it says so.</summary>
    public async Task FailInterruptedAsync(CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("UPDATE jobs SET status = 'failed', sequence = sequence + 1, error = 'The server was stopped while this ran. Generate again: the same seed gives the same pictures.' WHERE status = 'running'");
    }

    public async Task AddPictureAsync(string job, string name, string hash, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("INSERT INTO job_pictures (job, name, hash) VALUES (@job, @name, @hash)", new { job, name, hash });
    }

    public async Task<string?> FindPictureAsync(string job, string owner, string name, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return await db.ExecuteScalarAsync<string?>("SELECT p.hash FROM job_pictures p JOIN jobs j ON j.id = p.job WHERE j.id = @job AND j.owner = @owner AND p.name = @name", new { job, owner, name });
    }
}
