using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Playground.Client.Contracts;

namespace Playground.Server.Jobs;

/// <summary>A job as the database keeps it: all that is needed to run it.</summary>
internal sealed class JobRow
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    public required string Owner { get; init; }

    /// <summary>One of <see cref="JobKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>One of <see cref="JobStatus"/>.</summary>
    public required string Status { get; set; }

    /// <summary>What was asked for, as JSON.</summary>
    public required string Request { get; init; }

    /// <summary>Rises with every state that is written, so that none is overwritten by one from before it.</summary>
    public required long Sequence { get; set; }

    /// <summary>The step that a run goes on from, once it has come to a point where it can.</summary>
    public int Step { get; set; }

    public required int Steps { get; init; }

    /// <summary>Starts since the owner asked for it, or since the last point that it can go on from.</summary>
    public int Attempts { get; set; }

    /// <summary>The process that runs it; null where none does.</summary>
    public string? Holder { get; set; }

    /// <summary>When that process last said that it does.</summary>
    public DateTimeOffset? Heartbeat { get; set; }

    public string? Error { get; set; }

    /// <summary>What came of it, as JSON.</summary>
    public string? Result { get; set; }

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset? Ended { get; set; }

    public JobView ToView() => WithResult(Result is null ? null : JsonElement.Parse(Result));

    private JobView WithResult(JsonElement? result) => new(Id, Kind, Status, Sequence, Step, Steps, 0, null, null, null, Error,
        JsonElement.Parse(Request), Created.UtcDateTime)
    {
        Attempts = Attempts,
        Ended = Ended?.UtcDateTime,
        Result = result,
        Warnings = JobWarnings.In(result),
        ErrorRemarks = JobErrors.In(result),
    };
}

/// <summary>Something that happened to a job.</summary>
internal sealed class JobEventRow
{
    /// <summary>Given by the database, rising.</summary>
    public long Id { get; init; }

    public required string JobId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>As in <see cref="JobEvent"/>.</summary>
    public required string What { get; init; }

    public required int Step { get; init; }

    public string? Detail { get; init; }

    public JobEvent ToEvent() => new(At.UtcDateTime, What, Step, Detail);
}

/// <summary>How long a job ran that has been deleted since: deleting it gives no hours back.</summary>
internal sealed class JobUsageRow
{
    /// <summary>Given by the database, rising.</summary>
    public long Id { get; init; }

    public required string Owner { get; init; }

    public required string Kind { get; init; }

    /// <summary>When the job ended.</summary>
    public required DateTimeOffset Ended { get; init; }

    public required double Seconds { get; init; }
}

/// <summary>What a job made: the hash of a file under a name that is the job's own.</summary>
internal sealed class JobPictureRow
{
    public required string JobId { get; init; }

    public required string Name { get; init; }

    public required string Hash { get; set; }
}

internal static class JobStates
{
    /// <summary>The job in its next state, as it is written before it is shown.</summary>
    public static JobView Next(this JobView job, string status) => job with
    {
        Status = status,
        Error = null,
        ErrorRemarks = [],
        Result = null,
        Sequence = job.Sequence + 1,
    };
}

internal sealed class JobTables
    : IEntityTypeConfiguration<JobRow>, IEntityTypeConfiguration<JobEventRow>, IEntityTypeConfiguration<JobPictureRow>,
        IEntityTypeConfiguration<JobUsageRow>
{
    public void Configure(EntityTypeBuilder<JobRow> builder)
    {
        builder.ToTable("Jobs");
        builder.HasIndex(j => new { j.Status, j.Created });
        builder.HasIndex(j => new { j.Owner, j.Created });
        builder.HasIndex(j => j.Ended);
    }

    public void Configure(EntityTypeBuilder<JobEventRow> builder)
    {
        builder.ToTable("JobEvents");
        builder.HasIndex(e => new { e.JobId, e.Id });
        builder.HasOne<JobRow>().WithMany().HasForeignKey(e => e.JobId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<JobUsageRow> builder)
    {
        builder.ToTable("JobUsage");
        builder.HasIndex(u => new { u.Owner, u.Kind, u.Ended });
    }

    public void Configure(EntityTypeBuilder<JobPictureRow> builder)
    {
        builder.ToTable("JobPictures");
        builder.HasKey(p => new { p.JobId, p.Name });
        builder.HasIndex(p => p.Hash);
        builder.HasOne<JobRow>().WithMany().HasForeignKey(p => p.JobId).OnDelete(DeleteBehavior.Cascade);
    }
}
