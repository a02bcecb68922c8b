using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Playground.Server.Gallery;

/// <summary>An image of a gallery: what lists and filters need, and no more, so that many are read at once.</summary>
internal sealed class GalleryImageRow
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    public required string Owner { get; init; }

    /// <summary>SHA-256 of its PNG file, which carries its recipe.</summary>
    public required string Hash { get; init; }

    public required long Bytes { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>The run that made it, which may be gone.</summary>
    public required string JobId { get; init; }

    /// <summary>Which of the run's images, from 0 on.</summary>
    public required int Number { get; init; }

    public required string Model { get; init; }

    public required string ModelHash { get; init; }

    public string? Dataset { get; init; }

    public required string Sampler { get; init; }

    public required long Seed { get; init; }

    public int? Class { get; init; }

    public string? Prompt { get; init; }

    /// <summary>Prompts and names in lower case, to be searched.</summary>
    public required string SearchText { get; init; }

    public string? BoardId { get; set; }

    public bool IsStarred { get; set; }

    /// <summary>1 to 5; 0: not rated.</summary>
    public int Rating { get; set; }

    public string Note { get; set; } = "";

    /// <summary>When it was saved; images that were saved together differ by microseconds, so that they keep their order.</summary>
    public required DateTimeOffset Saved { get; init; }

    /// <summary>When it was deleted; it can be restored for a while.</summary>
    public DateTimeOffset? Deleted { get; set; }
}

/// <summary>How an image was made.</summary>
internal sealed class GalleryRecipeRow
{
    public required string ImageId { get; init; }

    /// <summary>The request that makes it again, as JSON.</summary>
    public required string Request { get; init; }

    /// <summary>The same in AUTOMATIC1111's form.</summary>
    public required string Parameters { get; init; }
}

/// <summary>A tag of an image, in lower case.</summary>
internal sealed class GalleryTagRow
{
    public required string ImageId { get; init; }

    public required string Owner { get; init; }

    public required string Tag { get; init; }
}

/// <summary>A board.</summary>
internal sealed class BoardRow
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string Name { get; set; }

    public required DateTimeOffset Created { get; init; }
}

internal sealed class GalleryTables : IEntityTypeConfiguration<GalleryImageRow>, IEntityTypeConfiguration<GalleryRecipeRow>,
    IEntityTypeConfiguration<GalleryTagRow>, IEntityTypeConfiguration<BoardRow>
{
    private const string Live = "\"Deleted\" IS NULL";

    public void Configure(EntityTypeBuilder<GalleryImageRow> builder)
    {
        builder.ToTable("GalleryImages");
        // The time of deletion is in them although it is null: SQLite would look into the table for it.
        builder.HasIndex(i => new { i.Owner, i.Saved, i.Id, i.Deleted }).HasFilter(Live);
        builder.HasIndex(i => new { i.Owner, i.BoardId, i.Saved, i.Id, i.Deleted }).HasFilter(Live);
        builder.HasIndex(i => new { i.Owner, i.Model, i.Saved, i.Id, i.Deleted }).HasFilter(Live);
        // All that is counted of a whole gallery, without the rest of its rows.
        builder.HasIndex(i => new { i.Owner, i.Sampler, i.Dataset, i.Model, i.IsStarred, i.BoardId, i.Bytes, i.Deleted })
            .HasDatabaseName("IX_GalleryImages_Facets");
        builder.HasIndex(i => new { i.Owner, i.Seed });
        builder.HasIndex(i => new { i.Owner, i.JobId, i.Number }).IsUnique();
        builder.HasIndex(i => i.Hash);
        builder.HasIndex(i => i.Deleted).HasFilter("\"Deleted\" IS NOT NULL");
        builder.HasOne<BoardRow>().WithMany().HasForeignKey(i => i.BoardId).OnDelete(DeleteBehavior.SetNull);
        builder.HasMany<GalleryTagRow>().WithOne().HasForeignKey(t => t.ImageId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<GalleryRecipeRow>().WithOne().HasForeignKey<GalleryRecipeRow>(r => r.ImageId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<GalleryRecipeRow> builder)
    {
        builder.ToTable("GalleryRecipes");
        builder.HasKey(r => r.ImageId);
    }

    public void Configure(EntityTypeBuilder<GalleryTagRow> builder)
    {
        builder.ToTable("GalleryTags");
        builder.HasKey(t => new { t.ImageId, t.Tag });
        builder.HasIndex(t => new { t.Owner, t.Tag, t.ImageId });
    }

    public void Configure(EntityTypeBuilder<BoardRow> builder)
    {
        builder.ToTable("Boards");
        builder.HasIndex(b => new { b.Owner, b.Name }).IsUnique();
    }
}
