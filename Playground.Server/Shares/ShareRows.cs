using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Playground.Client.Contracts;

namespace Playground.Server.Shares;

/// <summary>A share as the database keeps it. A revoked one is gone.</summary>
internal sealed class ShareRow
{
    /// <summary>32 hexadecimal digits, which the link does not have.</summary>
    public required string Id { get; init; }

    public required string Owner { get; init; }

    /// <summary>SHA-256 of the link's token; the token itself is kept nowhere.</summary>
    public required string TokenHash { get; set; }

    /// <summary>One of <see cref="ShareKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The board, the image, the run or the evaluation; null for a gallery and a selection.</summary>
    public string? Target { get; init; }

    /// <summary>Which of an evaluation's reports.</summary>
    public int Cell { get; init; }

    public required string Title { get; init; }

    public required string Note { get; init; }

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset? Expires { get; init; }

    /// <summary>As ASP.NET Core Identity's hasher writes it.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Wrong passwords since the last right one.</summary>
    public int FailedTries { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    public bool Indexed { get; init; }

    public bool Metadata { get; init; }

    public bool Remix { get; init; }

    public long Views { get; set; }

    public ShareView ToView(DateTimeOffset now) => new(Id, Kind, Target, Title, Note, Created.UtcDateTime, Expires?.UtcDateTime,
        Expires <= now, PasswordHash is not null, Indexed, Metadata, Remix, Views);
}

/// <summary>An image of a shared selection.</summary>
internal sealed class ShareImageRow
{
    public required string ShareId { get; init; }

    public required string ImageId { get; init; }
}

/// <summary>An image that a share does not show any more.</summary>
internal sealed class ShareWithdrawalRow
{
    public required string ShareId { get; init; }

    /// <summary>The id of an image of the gallery, or the number of one of a run.</summary>
    public required string Image { get; init; }
}

internal sealed class ShareTables : IEntityTypeConfiguration<ShareRow>, IEntityTypeConfiguration<ShareImageRow>,
    IEntityTypeConfiguration<ShareWithdrawalRow>
{
    public void Configure(EntityTypeBuilder<ShareRow> builder)
    {
        builder.ToTable("Shares");
        builder.HasIndex(s => s.TokenHash).IsUnique();
        builder.HasIndex(s => new { s.Owner, s.Created });
        builder.HasMany<ShareImageRow>().WithOne().HasForeignKey(i => i.ShareId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany<ShareWithdrawalRow>().WithOne().HasForeignKey(w => w.ShareId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ShareImageRow> builder)
    {
        builder.ToTable("ShareImages");
        builder.HasKey(i => new { i.ShareId, i.ImageId });
    }

    public void Configure(EntityTypeBuilder<ShareWithdrawalRow> builder)
    {
        builder.ToTable("ShareWithdrawals");
        builder.HasKey(w => new { w.ShareId, w.Image });
    }
}
