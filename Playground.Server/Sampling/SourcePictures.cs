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

    /// <summary>The value of its brightest channel, 0 to 255: a mask without white covers nothing.</summary>
    public required byte Brightest { get; init; }

    public required DateTimeOffset Created { get; init; }
}

/// <summary>What is known of a picture without reading it.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Brightest">The value of its brightest channel; 255 where a job made it and nobody looked.</param>
internal sealed record FoundPicture(string Path, byte Brightest);

internal sealed class SourcePictureTable : IEntityTypeConfiguration<SourcePictureRow>
{
    public void Configure(EntityTypeBuilder<SourcePictureRow> builder)
    {
        builder.ToTable("SourcePictures");
        builder.HasKey(p => new { p.Owner, p.Hash });
        builder.HasIndex(p => p.Hash);
    }
}

/// <summary>
/// The pictures that people start from, each under the hash of its PNG file: those uploaded, and those that the owner's jobs made.
/// A hash that is not among the owner's is as good as none.
/// </summary>
internal sealed class SourcePictures(Database database, BlobStore blobs, TimeProvider clock) : IBlobReferences
{
    /// <summary>Most bytes of an upload; its sides may have <see cref="PictureLimits"/>' 4096 pixels.</summary>
    public const int MaxBytes = 16 << 20;

    private static readonly PictureLimits s_limits = new() { MaxBytes = MaxBytes };

    /// <summary>Decodes a file, so that nothing of it but its pixels is kept, and stores them as PNG.</summary>
    /// <exception cref="PlaygroundException">It is not a picture, is damaged, or is too large.</exception>
    public async Task<PictureView> AddAsync(byte[] file, string owner, CancellationToken ct)
    {
        var picture = PictureFile.Decode(file, limits: s_limits);
        using var hold = await blobs.HoldAsync(ct);
        var hash = await blobs.SaveAsync(PngFile.Encode(picture), ct);
        await KeepAsync(owner, hash, picture.Pixels.Max(), ct);
        return new PictureView(hash, picture.Width, picture.Height);
    }

    /// <summary>The owner's picture, not read; null when there is none.</summary>
    public async Task<FoundPicture?> FindAsync(string hash, string owner, CancellationToken ct)
    {
        var brightest = await database.ReadAsync(async db =>
            await db.Set<SourcePictureRow>().Where(p => p.Owner == owner && p.Hash == hash).Select(p => (byte?)p.Brightest)
                .SingleOrDefaultAsync(ct)
            ?? (await db.Set<JobPictureRow>().AnyAsync(p => p.Hash == hash
                && db.Set<JobRow>().Any(j => j.Id == p.JobId && j.Owner == owner), ct) ? byte.MaxValue : (byte?)null), ct);
        return brightest is { } b && blobs.PathOf(hash) is var path && File.Exists(path) ? new FoundPicture(path, b) : null;
    }

    /// <summary>Keeps one of the owner's pictures even when the job that made it is deleted; one that is not there needs nothing.</summary>
    public async Task PinAsync(string owner, string hash, CancellationToken ct)
    {
        if (await FindAsync(hash, owner, ct) is { } found) await KeepAsync(owner, hash, found.Brightest, ct);
    }

    /// <summary>Where the owner's picture is; null when there is none.</summary>
    public async Task<string?> FindFileAsync(string hash, string owner, CancellationToken ct) => (await FindAsync(hash, owner, ct))?.Path;

    public async Task<IReadOnlyCollection<string>> OfAsync(IReadOnlyCollection<string> hashes, CancellationToken ct)
        => await database.ReadAsync(db => db.Set<SourcePictureRow>().Where(p => hashes.Contains(p.Hash)).Select(p => p.Hash).Distinct()
            .ToListAsync(ct), ct);

    private async Task KeepAsync(string owner, string hash, byte brightest, CancellationToken ct)
    {
        if (await database.ReadAsync(db => db.Set<SourcePictureRow>().AnyAsync(p => p.Owner == owner && p.Hash == hash, ct), ct)) return;
        try
        {
            await database.WriteAsync(db =>
            {
                db.Add(new SourcePictureRow { Owner = owner, Hash = hash, Brightest = brightest, Created = clock.GetUtcNow() });
                return db.SaveChangesAsync(ct);
            }, ct);
        }
        catch (DbUpdateException e) when (StorageFailures.IsDuplicate(e))
        {
            // The same picture came twice at once.
        }
    }

    /// <summary>The owner's picture in the size and the channels asked for; null when there is none.</summary>
    public async Task<PictureBatch?> ReadAsync(string hash, string owner, (int Width, int Height)? size, int? channels,
        CancellationToken ct)
    {
        if (await FindFileAsync(hash, owner, ct) is not { } path) return null;
        var file = await File.ReadAllBytesAsync(path, ct);
        return size is var (width, height) ? PictureFile.DecodeTo(file, width, height, channels) : PictureFile.Decode(file, null, channels);
    }
}

/// <summary>The caller's pictures, for the pages.</summary>
internal sealed class OwnPictures(SourcePictures store, ICurrentOwner owner) : IPictures
{
    public async Task<PictureView?> FindAsync(string id, CancellationToken ct)
        => await store.ReadAsync(id, owner.Id, null, null, ct) is { } picture
            ? new PictureView(id, picture.Width, picture.Height)
            : null;
}
