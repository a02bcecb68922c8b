using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Playground.Server.Jobs;

namespace Playground.Server.Sampling.History;

/// <summary>A run that its owner wants to keep: it stays in the history, and its frames stay on disk.</summary>
internal sealed class PinnedRunRow
{
    public required string JobId { get; init; }

    public required string Owner { get; init; }

    public required DateTimeOffset Pinned { get; init; }
}

internal sealed class PinnedRunTable : IEntityTypeConfiguration<PinnedRunRow>
{
    public void Configure(EntityTypeBuilder<PinnedRunRow> builder)
    {
        builder.ToTable("PinnedRuns");
        builder.HasKey(p => p.JobId);
        builder.HasIndex(p => p.Owner);
        builder.HasOne<JobRow>().WithMany().HasForeignKey(p => p.JobId).OnDelete(DeleteBehavior.Cascade);
    }
}
