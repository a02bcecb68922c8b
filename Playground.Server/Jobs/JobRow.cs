using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Playground.Client.Contracts;
using Playground.Core;

namespace Playground.Server.Jobs;

/// <summary>A job as the database keeps it.</summary>
internal sealed class JobRow
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    public required string Owner { get; init; }

    /// <summary>One of <see cref="JobKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>One of <see cref="JobStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>What was asked for, as JSON.</summary>
    public required string Request { get; init; }

    /// <summary>Rises with every state that is written, so that none is overwritten by one from before it.</summary>
    public required long Sequence { get; init; }

    public int Step { get; init; }

    public required int Steps { get; init; }

    public string? Error { get; init; }

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset? Ended { get; init; }

    public JobView ToView() => new(Id, Kind, Status, Sequence, Step, Steps, 0, null, null, null, Error, JsonElement.Parse(Request),
        Created.UtcDateTime);
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
    public static JobView Next(this JobView job, string status) => job with { Status = status, Error = null, Sequence = job.Sequence + 1 };
}

internal sealed class JobTables : IEntityTypeConfiguration<JobRow>, IEntityTypeConfiguration<JobPictureRow>
{
    public void Configure(EntityTypeBuilder<JobRow> builder)
    {
        builder.ToTable("Jobs");
        builder.HasIndex(j => new { j.Status, j.Created });
        builder.HasIndex(j => new { j.Owner, j.Created });
    }

    public void Configure(EntityTypeBuilder<JobPictureRow> builder)
    {
        builder.ToTable("JobPictures");
        builder.HasKey(p => new { p.JobId, p.Name });
        builder.HasIndex(p => p.Hash);
        builder.HasOne<JobRow>().WithMany().HasForeignKey(p => p.JobId).OnDelete(DeleteBehavior.Cascade);
    }
}
