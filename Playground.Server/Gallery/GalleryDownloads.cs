using System.IO.Compression;
using Microsoft.Extensions.Caching.Memory;
using Playground.Server.Storage;

namespace Playground.Server.Gallery;

/// <summary>
/// Selections that may be fetched as a zip for a while: a browser downloads from an address, which could not name them all.
/// </summary>
internal sealed class GalleryDownloads(GalleryStore store, BlobStore blobs) : IDisposable
{
    // Of ids, over all offers.
    private const long MostIds = 2_000_000;
    private static readonly TimeSpan s_lasts = TimeSpan.FromMinutes(10);
    private readonly MemoryCache _offers = new(new MemoryCacheOptions { SizeLimit = MostIds });

    public string Offer(string owner, IReadOnlyList<string> ids)
    {
        var ticket = Guid.NewGuid().ToString("N");
        _offers.Set((owner, ticket), ids, new MemoryCacheEntryOptions { Size = ids.Count, AbsoluteExpirationRelativeToNow = s_lasts });
        return ticket;
    }

    /// <summary>What the owner was offered; null when nothing was, or not any more.</summary>
    public IReadOnlyList<string>? Find(string owner, string ticket)
        => _offers.TryGetValue((owner, ticket), out IReadOnlyList<string>? ids) ? ids : null;

    /// <summary>Writes the images one after another, each read when its turn comes. Those deleted meanwhile are left out.</summary>
    public async Task WriteAsync(Stream body, string owner, IReadOnlyList<string> ids, CancellationToken ct)
    {
        await using var zip = await ZipArchive.CreateAsync(body, ZipArchiveMode.Create, leaveOpen: true, null, ct);
        var number = 0;
        foreach (var portion in ids.Chunk(500))
        {
            foreach (var file in await store.ListFilesAsync(owner, portion, ct))
            {
                number++;
                if (!File.Exists(blobs.PathOf(file.Hash))) continue;
                await using var content = new FileStream(blobs.PathOf(file.Hash), FileMode.Open, FileAccess.Read, FileShare.Read, 81_920,
                    FileOptions.Asynchronous | FileOptions.SequentialScan);
                var entry = zip.CreateEntry($"{number:00000}-{SafeName(file.Model)}-{file.Seed}.png", CompressionLevel.NoCompression);
                await using var target = await entry.OpenAsync(ct);
                await content.CopyToAsync(target, ct);
            }
        }
    }

    public void Dispose() => _offers.Dispose();

    // Names of models are the owner's; a zip's entries must be plain names everywhere.
    private static string SafeName(string name)
        => string.Concat(name.Take(60).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')).TrimStart('.');
}
