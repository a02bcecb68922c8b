using Microsoft.Extensions.Caching.Memory;
using Playground.Core.Imaging;
using Playground.Server.Storage;

namespace Playground.Server.Gallery;

/// <summary>
/// Images made small. A file never changes, so a thumbnail is kept in memory for a while under its hash, and by browsers for good.
/// </summary>
internal sealed class GalleryThumbnails(BlobStore blobs) : IDisposable
{
    /// <summary>Sides that there are, in pixels.</summary>
    public static readonly IReadOnlyList<int> Sides = [64, 128, 256, 512];

    private const long CacheBytes = 64L << 20;
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = CacheBytes });
    private readonly SemaphoreSlim _decoders = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <param name="hash">Of the image's file.</param>
    /// <param name="side">One of <see cref="Sides"/>.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>A WebP file without metadata.</returns>
    public async Task<byte[]> RenderAsync(string hash, int side, CancellationToken ct)
    {
        if (_cache.TryGetValue((hash, side), out byte[]? kept)) return kept!;
        await _decoders.WaitAsync(ct);
        try
        {
            var file = Thumbnail.Encode(await File.ReadAllBytesAsync(blobs.PathOf(hash), ct), side);
            return _cache.Set((hash, side), file, new MemoryCacheEntryOptions { Size = file.Length });
        }
        finally
        {
            _decoders.Release();
        }
    }

    public void Dispose()
    {
        _cache.Dispose();
        _decoders.Dispose();
    }
}
