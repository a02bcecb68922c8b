using Microsoft.Extensions.Caching.Memory;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Server.Gallery;
using Playground.Server.Storage;

namespace Playground.Server.Shares;

/// <summary>The files of shared pages. None has metadata but an original of a share that says so.</summary>
internal sealed class ShareFiles(ShareContents contents, BlobStore blobs, GalleryThumbnails thumbnails) : IDisposable
{
    private const long CacheBytes = 32L << 20;
    private const int Side = 256;
    private readonly MemoryCache _covers = new(new MemoryCacheOptions { SizeLimit = CacheBytes });

    /// <summary>A WebP file; null where the image's file is gone.</summary>
    public async Task<byte[]?> ThumbnailAsync(SharedImage image, CancellationToken ct)
        => File.Exists(blobs.PathOf(image.Hash)) ? await thumbnails.RenderAsync(image.Hash, Side, ct) : null;

    /// <summary>A PNG file; null where the image's file is gone.</summary>
    public async Task<byte[]?> OriginalAsync(ShareRow share, SharedImage image, CancellationToken ct)
    {
        if (!File.Exists(blobs.PathOf(image.Hash))) return null;
        var file = await File.ReadAllBytesAsync(blobs.PathOf(image.Hash), ct);
        return share.Metadata ? file : PngFile.Encode(PictureFile.Decode(file));
    }

    /// <summary>What previews of the link show: a JPEG file of the share's first images.</summary>
    public async Task<byte[]> CoverAsync(ShareRow share, CancellationToken ct)
    {
        var (_, images) = await contents.ListAsync(share, 0, CoverImage.MaxCount, withdrawnToo: false, ct);
        var key = string.Join(' ', images.Select(i => i.Hash));
        if (share.Kind == ShareKind.Report) key = share.Id;
        if (_covers.TryGetValue(key, out byte[]? kept)) return kept!;
        var files = new List<byte[]>();
        foreach (var image in images.Where(i => File.Exists(blobs.PathOf(i.Hash))))
            files.Add(await File.ReadAllBytesAsync(blobs.PathOf(image.Hash), ct));
        if ((await contents.FindReportAsync(share, ct))?.Samples?.Png is { } samples) files.Add(samples);
        var cover = CoverImage.Encode(files);
        return _covers.Set(key, cover, new MemoryCacheEntryOptions { Size = cover.Length });
    }

    public void Dispose() => _covers.Dispose();
}
