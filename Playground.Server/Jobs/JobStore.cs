using System.Globalization;
using System.Text.Json;
using Dapper;
using Playground.Client.Contracts;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>A row of <c>jobs</c>.</summary>
internal sealed record JobRow(string Id, string Owner, string Kind, string Status, string Request, long Sequence, long Step, long Steps, string? Error, string Created, string? Ended)
{
    public JobView ToView() => new(Id, Kind, Status, Sequence, (int)Step, (int)Steps, 0, null, null, null, Error,
        JsonElement.Parse(Request), DateTime.Parse(Created, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));
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

    public async Task<IReadOnlyList<JobRow>> ListAsync(string owner, string? kind, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<JobRow>("SELECT * FROM jobs WHERE owner = @owner AND (@kind IS NULL OR kind = @kind) ORDER BY created DESC, rowid DESC LIMIT 200", new { owner, kind })];
    }

    /// <summary>Those that wait or are paused, the oldest first.</summary>
    public async Task<IReadOnlyList<JobRow>> UnendedAsync(CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<JobRow>("SELECT * FROM jobs WHERE status IN ('queued', 'paused') ORDER BY created, rowid")];
    }

    public async Task UpdateAsync(JobView job, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("UPDATE jobs SET status = @Status, sequence = @Sequence, step = @Step, steps = @Steps, request = @Request, error = @Error, ended = @Ended WHERE id = @Id",
            new { job.Status, job.Sequence, job.Step, job.Steps, Request = job.Request.GetRawText(), job.Error, job.Id, Ended = JobStatus.IsFinal(job.Status) ? DateTime.UtcNow.ToString("O") : null });
    }

    /// <summary>What was under way when the server ended: back into the line if it can go on, or failed.</summary>
    public async Task EndInterruptedAsync(string kind, bool resumes, string error, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync(resumes
            ? "UPDATE jobs SET status = 'queued', sequence = sequence + 1 WHERE kind = @kind AND status = 'running'"
            : "UPDATE jobs SET status = 'failed', sequence = sequence + 1, error = @error WHERE kind = @kind AND status = 'running'", new { kind, error });
    }

    public async Task AddPictureAsync(string job, string name, string hash, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("INSERT INTO job_pictures (job, name, hash) VALUES (@job, @name, @hash) ON CONFLICT (job, name) DO UPDATE SET hash = excluded.hash", new { job, name, hash });
    }

    public async Task<string?> FindPictureAsync(string job, string owner, string name, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return await db.ExecuteScalarAsync<string?>("SELECT p.hash FROM job_pictures p JOIN jobs j ON j.id = p.job WHERE j.id = @job AND j.owner = @owner AND p.name = @name", new { job, owner, name });
    }
}
