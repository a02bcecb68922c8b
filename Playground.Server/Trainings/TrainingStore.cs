using Dapper;
using Playground.Server.Storage;

namespace Playground.Server.Trainings;

/// <summary>What a few steps of one kind took.</summary>
/// <param name="Seconds_Per_Step">Of the optimizer.</param>
/// <param name="Seconds_Per_Call">Of the network on as many pictures as a look has.</param>
/// <param name="Peak_Bytes">Memory of tensors; null where it cannot be told.</param>
/// <param name="Parameters">Weights that are trained.</param>
/// <param name="All_Parameters">Weights of the model.</param>
/// <param name="Note">What of the model had to be changed for the data.</param>
internal sealed record TrainingMeasurement(double Seconds_Per_Step, double Seconds_Per_Call, long? Peak_Bytes, long Parameters, long All_Parameters, string? Note);

/// <summary>Trainings' samples, and what was measured for estimates, in the database. Callers have made sure of the owner.</summary>
internal sealed class TrainingStore(Database database)
{
    public async Task AddSampleAsync(string job, long step, string hash, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("INSERT OR REPLACE INTO training_samples (job, step, hash) VALUES (@job, @step, @hash)", new { job, step, hash });
    }

    /// <summary>The run goes on from <paramref name="step"/>: what comes after it will be made again.</summary>
    public async Task RemoveSamplesAfterAsync(string job, long step, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("DELETE FROM training_samples WHERE job = @job AND step > @step", new { job, step });
    }

    public async Task<IReadOnlyList<long>> SampleStepsAsync(string job, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return [.. await db.QueryAsync<long>("SELECT step FROM training_samples WHERE job = @job ORDER BY step", new { job })];
    }

    public async Task<string?> FindSampleAsync(string job, string owner, long step, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return await db.ExecuteScalarAsync<string?>("SELECT s.hash FROM training_samples s JOIN jobs j ON j.id = s.job WHERE s.job = @job AND j.owner = @owner AND s.step = @step", new { job, owner, step });
    }

    public async Task<TrainingMeasurement?> FindMeasurementAsync(string kind, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        return await db.QuerySingleOrDefaultAsync<TrainingMeasurement>("SELECT seconds_per_step, seconds_per_call, peak_bytes, parameters, all_parameters, note FROM training_measurements WHERE kind = @kind", new { kind });
    }

    public async Task AddMeasurementAsync(string kind, TrainingMeasurement measured, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("INSERT OR REPLACE INTO training_measurements VALUES (@kind, @Seconds_Per_Step, @Seconds_Per_Call, @Peak_Bytes, @Parameters, @All_Parameters, @Note)",
            new { kind, measured.Seconds_Per_Step, measured.Seconds_Per_Call, measured.Peak_Bytes, measured.Parameters, measured.All_Parameters, measured.Note });
    }
}
