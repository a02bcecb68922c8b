using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Server.Datasets.Versions;
using Playground.Server.Hosting;
using Playground.Server.Sampling;

namespace Playground.Server.Datasets;

/// <summary>How a thumbnail is to look; what is null is as the version has it.</summary>
/// <param name="Side">Height and width of the thumbnail at most, in pixels.</param>
/// <param name="Size">The size that the version would have: the thumbnail is made from the picture at that size.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="Crop">A name of <see cref="DatasetRules.Crops"/>.</param>
internal sealed record ThumbnailLook(int Side, int? Size, int? Channels, string? Crop);

/// <summary>
/// Pictures of a version made small. What a version shows never changes, so they are kept in memory for a while, and by browsers for good.
/// </summary>
internal sealed class Thumbnails(DatasetStore store, PictureStore pictures, DatasetFiles files, IOptions<DatasetOptions> options)
    : IDisposable
{
    private const long CacheBytes = 64L << 20;
    private static readonly int[] s_sides = [64, 96, 128, 192, 256, 512];
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = CacheBytes });
    private readonly SemaphoreSlim _decoders = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <returns>A WebP file; null when the owner has no such picture.</returns>
    /// <exception cref="RequestException">The look is out of range.</exception>
    public async Task<byte[]?> FindAsync(string owner, string id, int version, int number, ThumbnailLook look, CancellationToken ct)
    {
        if (!s_sides.Contains(look.Side))
            throw DatasetRules.Invalid($"side is {look.Side}; it must be one of {string.Join(", ", s_sides)}.");
        if (look.Size is < DatasetRules.MinSize or > DatasetRules.MaxSize)
            throw DatasetRules.Invalid($"size is {look.Size}; it must be {DatasetRules.MinSize} to {DatasetRules.MaxSize}.");
        if (look.Channels is not (null or 1 or 3)) throw DatasetRules.Invalid($"channels is {look.Channels}; it must be 1 or 3.");
        if (look.Crop is { } crop && !DatasetRules.Crops.ContainsKey(crop))
            throw DatasetRules.Invalid($"crop is '{crop}'; it must be one of {string.Join(", ", DatasetRules.Crops.Keys)}.");

        var row = await store.FindAsync(id, owner, ct);
        if (row?.Pack is null) return null;
        var key = (row.Pack, id, version, number, look);
        if (_cache.TryGetValue(key, out byte[]? kept)) return kept;
        var found = (await store.VersionsAsync(id, ct)).FirstOrDefault(v => v.Version == version);
        var picture = await pictures.FindAsync(id, number, ct);
        if (found is null || picture is null) return null;
        var recipe = VersionRecipe.Parse(found.Recipe);
        await _decoders.WaitAsync(ct);
        try
        {
            return _cache.Set(key, Render(files.PackOf(row.Pack), picture, recipe, look),
                new MemoryCacheEntryOptions { Size = look.Side * look.Side });
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

    private byte[] Render(string pack, VersionPicture picture, VersionRecipe recipe, ThumbnailLook look)
    {
        using var file = File.OpenHandle(pack, options: FileOptions.RandomAccess);
        // Smaller ones are left to the browser to enlarge, pixel by pixel.
        var size = Math.Min(look.Size ?? recipe.Size, look.Side);
        return WebpFile.Encode(VersionBuilder.Decode(file, picture, size, look.Channels ?? recipe.Channels, look.Crop ?? recipe.Crop,
            options.Value.Picture));
    }
}
