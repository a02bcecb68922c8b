using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Playground.Server.Jobs;
using Playground.Server.Storage;

namespace Playground.Server.Trainings;

/// <summary>Samples that a training drew after a step.</summary>
internal sealed class TrainingSampleRow
{
    public required string JobId { get; init; }

    public required long Step { get; init; }

    /// <summary>Of the picture of all of them.</summary>
    public required string Hash { get; set; }
}

/// <summary>What a few steps of one kind took on this machine.</summary>
internal sealed class TrainingMeasurement
{
    /// <summary>A hash of all that changes how long a step takes.</summary>
    public required string Kind { get; init; }

    /// <summary>Of the optimizer.</summary>
    public required double SecondsPerStep { get; init; }

    /// <summary>Of the network on as many pictures as a look has.</summary>
    public required double SecondsPerCall { get; init; }

    /// <summary>Memory of tensors; null where it cannot be told.</summary>
    public long? PeakBytes { get; init; }

    /// <summary>Weights that are trained.</summary>
    public required long Parameters { get; init; }

    /// <summary>Weights of the model.</summary>
    public required long AllParameters { get; init; }

    /// <summary>What of the model had to be changed for the data.</summary>
    public string? Note { get; init; }
}

internal sealed class TrainingTables : IEntityTypeConfiguration<TrainingSampleRow>, IEntityTypeConfiguration<TrainingMeasurement>
{
    public void Configure(EntityTypeBuilder<TrainingSampleRow> builder)
    {
        builder.ToTable("TrainingSamples");
        builder.HasKey(s => new { s.JobId, s.Step });
        builder.HasIndex(s => s.Hash);
        builder.HasOne<JobRow>().WithMany().HasForeignKey(s => s.JobId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<TrainingMeasurement> builder)
    {
        builder.ToTable("TrainingMeasurements");
        builder.HasKey(m => m.Kind);
    }
}

/// <summary>Trainings' samples, and what was measured for estimates, in the database. Callers have made sure of the owner.</summary>
internal sealed class TrainingStore(Database database) : IBlobReferences
{
    /// <summary>Keeps the samples of a step, in place of those that it has.</summary>
    public Task AddSampleAsync(string job, long step, string hash, CancellationToken ct) => database.TransactAsync(async db =>
    {
        if (await db.Set<TrainingSampleRow>().SingleOrDefaultAsync(s => s.JobId == job && s.Step == step, ct) is { } kept) kept.Hash = hash;
        else db.Add(new TrainingSampleRow { JobId = job, Step = step, Hash = hash });
        return await db.SaveChangesAsync(ct);
    }, ct);

    /// <summary>The run goes on from <paramref name="step"/>: what comes after it will be made again.</summary>
    public Task RemoveSamplesAfterAsync(string job, long step, CancellationToken ct)
        => database.WriteAsync(db => db.Set<TrainingSampleRow>().Where(s => s.JobId == job && s.Step > step).ExecuteDeleteAsync(ct), ct);

    public Task<List<long>> SampleStepsAsync(string job, CancellationToken ct)
        => database.ReadAsync(db => db.Set<TrainingSampleRow>().Where(s => s.JobId == job).OrderBy(s => s.Step).Select(s => s.Step)
            .ToListAsync(ct), ct);

    /// <summary>The hashes of all samples of a training.</summary>
    public Task<List<string>> SamplesAsync(string job, CancellationToken ct)
        => database.ReadAsync(db => db.Set<TrainingSampleRow>().Where(s => s.JobId == job).Select(s => s.Hash).Distinct().ToListAsync(ct),
            ct);

    public async Task<IReadOnlyCollection<string>> OfAsync(IReadOnlyCollection<string> hashes, CancellationToken ct)
        => await database.ReadAsync(db => db.Set<TrainingSampleRow>().Where(s => hashes.Contains(s.Hash)).Select(s => s.Hash).Distinct()
            .ToListAsync(ct), ct);

    public Task<string?> FindSampleAsync(string job, string owner, long step, CancellationToken ct)
        => database.ReadAsync(db => db.Set<TrainingSampleRow>()
        .Where(s => s.JobId == job && s.Step == step && db.Set<JobRow>().Any(j => j.Id == job && j.Owner == owner)).Select(s => s.Hash)
        .SingleOrDefaultAsync(ct), ct);

    public Task<TrainingMeasurement?> FindMeasurementAsync(string kind, CancellationToken ct)
        => database.ReadAsync(db => db.Set<TrainingMeasurement>().SingleOrDefaultAsync(m => m.Kind == kind, ct), ct);

    /// <summary>Keeps a measurement, unless the same kind has been measured meanwhile.</summary>
    public async Task AddMeasurementAsync(TrainingMeasurement measured, CancellationToken ct)
    {
        try
        {
            await database.WriteAsync(db =>
            {
                db.Add(measured);
                return db.SaveChangesAsync(ct);
            }, ct);
        }
        catch (DbUpdateException e) when (StorageFailures.IsDuplicate(e))
        {
            // One is as good as the other.
        }
    }
}
