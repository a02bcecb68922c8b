using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Playground.Server.Sampling;
using Playground.Server.Uploads;

namespace Playground.Server.Datasets;

/// <summary>A data set as the database keeps it.</summary>
internal sealed class DatasetRow
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string Name { get; init; }

    /// <summary>One of <see cref="Client.Contracts.DatasetStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Where it is imported from.</summary>
    public string? Address { get; init; }

    /// <summary>The job that makes it, or made it.</summary>
    public string? JobId { get; init; }

    public string? Error { get; init; }

    /// <summary>JSON; not read for lists.</summary>
    public string? Report { get; init; }

    /// <summary>The SHA-256 of the pack of its pictures.</summary>
    public string? Pack { get; init; }

    /// <summary>The pack's.</summary>
    public long Bytes { get; init; }

    public required DateTimeOffset Created { get; init; }
}

/// <summary>A version of a data set as the database keeps it.</summary>
internal sealed class VersionRow
{
    public required string DatasetId { get; init; }

    /// <summary>From 1 on; 0 until the store has given it one.</summary>
    public int Version { get; set; }

    /// <summary>One of <see cref="Client.Contracts.DatasetStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>The job that packs it, or packed it; null for the first, which is packed with the import.</summary>
    public string? JobId { get; set; }

    /// <summary>A <see cref="Versions.VersionRecipe"/> as JSON.</summary>
    public required string Recipe { get; init; }

    /// <summary>Pictures that it takes.</summary>
    public required int Count { get; init; }

    /// <summary>The SHA-256 of its file, once it is ready.</summary>
    public string? Hash { get; init; }

    /// <summary>Its file's.</summary>
    public long Bytes { get; init; }

    public string? Error { get; init; }

    public required DateTimeOffset Created { get; init; }
}

/// <summary>A picture of a data set. It is never changed once it is in; what a version does with it stands with the version.</summary>
internal sealed class DatasetPictureRow
{
    public required string DatasetId { get; init; }

    /// <summary>From 0 on.</summary>
    public required int Number { get; init; }

    public required string Name { get; init; }

    public int? Class { get; init; }

    public string? Caption { get; init; }

    /// <summary>What else was said of it, as an object of JSON; null: nothing.</summary>
    public string? Fields { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required int Channels { get; init; }

    /// <summary>In the pack, in bytes.</summary>
    public required long Offset { get; init; }

    /// <summary>In the pack, in bytes.</summary>
    public required int Length { get; init; }

    /// <summary>A hash of its pixels.</summary>
    public required string Pixels { get; init; }

    /// <summary>The group of duplicates that it is in.</summary>
    public int? Duplicates { get; init; }

    /// <summary>Whether another picture has its very pixels.</summary>
    public required bool IsExact { get; init; }
}

/// <summary>A picture that a version leaves out.</summary>
internal sealed class DatasetExclusionRow
{
    public required string DatasetId { get; init; }

    public required int Version { get; init; }

    public required int Number { get; init; }
}

internal sealed class DatasetTables
    : IEntityTypeConfiguration<DatasetRow>, IEntityTypeConfiguration<VersionRow>, IEntityTypeConfiguration<DatasetPictureRow>,
        IEntityTypeConfiguration<DatasetExclusionRow>
{
    public void Configure(EntityTypeBuilder<DatasetRow> builder)
    {
        builder.ToTable("Datasets");
        builder.HasIndex(d => new { d.Owner, d.Created });
        builder.HasIndex(d => d.Status);
        builder.HasIndex(d => d.Pack);
        builder.HasMany<Upload>().WithOne().HasForeignKey(u => u.DatasetId).OnDelete(DeleteBehavior.SetNull);
        builder.HasMany<VersionRow>().WithOne().HasForeignKey(v => v.DatasetId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany<DatasetPictureRow>().WithOne().HasForeignKey(p => p.DatasetId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<VersionRow> builder)
    {
        builder.ToTable("DatasetVersions");
        builder.HasKey(v => new { v.DatasetId, v.Version });
        builder.Property(v => v.Version).ValueGeneratedNever();
        builder.HasIndex(v => v.Hash);
        builder.HasIndex(v => v.JobId);
        builder.HasMany<DatasetExclusionRow>().WithOne().HasForeignKey(e => new { e.DatasetId, e.Version })
            .OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<DatasetPictureRow> builder)
    {
        builder.ToTable("DatasetPictures");
        builder.HasKey(p => new { p.DatasetId, p.Number });
        builder.HasIndex(p => new { p.DatasetId, p.Class, p.Number });
        builder.HasIndex(p => new { p.DatasetId, p.Duplicates, p.Number }).HasFilter("\"Duplicates\" IS NOT NULL");
    }

    public void Configure(EntityTypeBuilder<DatasetExclusionRow> builder)
    {
        builder.ToTable("DatasetExclusions");
        builder.HasKey(e => new { e.DatasetId, e.Version, e.Number });
    }
}
