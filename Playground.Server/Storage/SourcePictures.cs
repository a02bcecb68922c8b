using Dapper;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Imaging;

namespace Playground.Server.Storage;

/// <summary>
/// The pictures that people start from, each under the hash of its PNG file: those uploaded, and those that the owner's jobs made.
/// A hash that is not among the owner's is as good as none.
/// </summary>
internal sealed class SourcePictures(Database database, BlobStore blobs)
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
        await using var db = await database.OpenAsync(ct);
        await db.ExecuteAsync("INSERT INTO pictures (owner, hash, created) VALUES (@owner, @hash, @created) ON CONFLICT DO NOTHING", new { owner, hash, created = DateTime.UtcNow.ToString("O") });
        return new PictureView(hash, picture.Width, picture.Height);
    }

    /// <summary>Where the owner's picture is; null when there is none.</summary>
    public async Task<string?> FindFileAsync(string hash, string owner, CancellationToken ct)
    {
        await using var db = await database.OpenAsync(ct);
        var known = await db.ExecuteScalarAsync<string?>("""
            SELECT hash FROM pictures WHERE hash = @hash AND owner = @owner
            UNION SELECT p.hash FROM job_pictures p JOIN jobs j ON j.id = p.job WHERE p.hash = @hash AND j.owner = @owner LIMIT 1
            """, new { hash, owner });
        return known is not null && blobs.PathOf(known) is var path && File.Exists(path) ? path : null;
    }

    /// <summary>The owner's picture, square and in the channels asked for; null when there is none.</summary>
    public async Task<PictureBatch?> ReadAsync(string hash, string owner, int? size, int? channels, CancellationToken ct)
        => await FindFileAsync(hash, owner, ct) is { } path ? PictureFile.Decode(await File.ReadAllBytesAsync(path, ct), size, channels) : null;
}

/// <summary>The local owner's pictures, for the pages.</summary>
internal sealed class LocalPictures(SourcePictures store) : IPictures
{
    public async Task<PictureView?> FindAsync(string id, CancellationToken ct)
        => await store.ReadAsync(id, Owners.Local, null, null, ct) is { } picture ? new PictureView(id, picture.Width, picture.Height) : null;
}
