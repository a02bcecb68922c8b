using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Imaging;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Storage;

namespace Playground.Server.Sampling;

/// <summary>A picture that somebody has uploaded to start from.</summary>
internal sealed class SourcePictureRow
{
    public required string Owner { get; init; }

    /// <summary>SHA-256 of its PNG file.</summary>
    public required string Hash { get; init; }

    public required DateTimeOffset Created { get; init; }
}

internal sealed class SourcePictureTable : IEntityTypeConfiguration<SourcePictureRow>
{
    public void Configure(EntityTypeBuilder<SourcePictureRow> builder)
    {
        builder.ToTable("SourcePictures");
        builder.HasKey(p => new { p.Owner, p.Hash });
    }
}

/// <summary>
/// The pictures that people start from, each under the hash of its PNG file: those uploaded, and those that the owner's jobs made.
/// A hash that is not among the owner's is as good as none.
/// </summary>
internal sealed class SourcePictures(Database database, BlobStore blobs, TimeProvider clock)
{
    /// <summary>Most bytes of an upload; its sides may have <see cref="PictureLimits"/>' 4096 pixels.</summary>
    public const int MaxBytes = 16 << 20;

    private static readonly PictureLimits s_limits = new() { MaxBytes = MaxBytes };

    /// <summary>Decodes a file, so that nothing of it but its pixels is kept, and stores them as PNG.</summary>
    /// <exception cref="PlaygroundException">It is not a picture, is damaged, or is too large.</exception>
    public async Task<PictureView> AddAsync(byte[] file, string owner, CancellationToken ct)
    {
        var picture = PictureFile.Decode(file, limits: s_limits);
        var hash = await blobs.SaveAsync(PngFile.Encode(picture), ct);
        await KeepAsync(owner, hash, ct);
        return new PictureView(hash, picture.Width, picture.Height);
    }

    /// <summary>Where the owner's picture is; null when there is none.</summary>
    public async Task<string?> FindFileAsync(string hash, string owner, CancellationToken ct)
    {
        var isKnown = await database.ReadAsync(
            async db => await db.Set<SourcePictureRow>().AnyAsync(p => p.Owner == owner && p.Hash == hash, ct)
            || await db.Set<JobPictureRow>().AnyAsync(p => p.Hash == hash && db.Set<JobRow>().Any(j => j.Id == p.JobId && j.Owner == owner),
                ct), ct);
        return isKnown && blobs.PathOf(hash) is var path && File.Exists(path) ? path : null;
    }

    private async Task KeepAsync(string owner, string hash, CancellationToken ct)
    {
        if (await database.ReadAsync(db => db.Set<SourcePictureRow>().AnyAsync(p => p.Owner == owner && p.Hash == hash, ct), ct)) return;
        try
        {
            await database.WriteAsync(db =>
            {
                db.Add(new SourcePictureRow { Owner = owner, Hash = hash, Created = clock.GetUtcNow() });
                return db.SaveChangesAsync(ct);
            }, ct);
        }
        catch (DbUpdateException e) when (StorageFailures.IsDuplicate(e))
        {
            // The same picture came twice at once.
        }
    }

    /// <summary>The owner's picture, square and in the channels asked for; null when there is none.</summary>
    public async Task<PictureBatch?> ReadAsync(string hash, string owner, int? size, int? channels, CancellationToken ct)
        => await FindFileAsync(hash, owner, ct) is { } path
            ? PictureFile.Decode(await File.ReadAllBytesAsync(path, ct), size, channels)
            : null;
}

/// <summary>The local owner's pictures, for the pages.</summary>
internal sealed class LocalPictures(SourcePictures store) : IPictures
{
    public async Task<PictureView?> FindAsync(string id, CancellationToken ct)
        => await store.ReadAsync(id, Owners.Local, null, null, ct) is { } picture
            ? new PictureView(id, picture.Width, picture.Height)
            : null;
}
