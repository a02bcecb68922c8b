using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Playground.Server.Uploads;

/// <summary>An upload as the database keeps it. How many bytes are there, the file itself tells.</summary>
internal sealed class Upload
{
    /// <summary>32 hexadecimal digits, also the file's name.</summary>
    public required string Id { get; init; }

    public required string Owner { get; init; }

    /// <summary>What its sender calls the file; never part of a path.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes when it is complete.</summary>
    public required long Length { get; init; }

    /// <summary>The header <c>Upload-Metadata</c> as it came.</summary>
    public required string Metadata { get; init; }

    /// <summary>The data set that it belongs to; null when none.</summary>
    public string? DatasetId { get; init; }

    /// <summary>Of the whole, once it is complete.</summary>
    public string? Sha256 { get; set; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>When it is swept away unless a data set has taken it.</summary>
    public required DateTimeOffset Expires { get; init; }

    public bool IsComplete => Sha256 is not null;
}

internal sealed class UploadTable : IEntityTypeConfiguration<Upload>
{
    public void Configure(EntityTypeBuilder<Upload> builder)
    {
        builder.ToTable("Uploads");
        builder.HasIndex(u => u.Owner);
        builder.HasIndex(u => u.DatasetId);
        builder.HasIndex(u => u.Expires);
    }
}
