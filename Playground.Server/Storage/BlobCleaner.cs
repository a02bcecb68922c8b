namespace Playground.Server.Storage;

/// <summary>Deletes files of the <see cref="BlobStore"/> that nothing refers to any more.</summary>
internal sealed class BlobCleaner(BlobStore blobs, IEnumerable<IBlobReferences> references)
{
    /// <param name="hashes">What was let go of; those that something else refers to stay.</param>
    /// <param name="ct">Stops it; what is left then stays for good.</param>
    public async Task CleanAsync(IReadOnlyCollection<string> hashes, CancellationToken ct)
    {
        if (hashes.Count == 0) return;
        using var alone = await blobs.HoldAloneAsync(ct);
        var used = new HashSet<string>();
        foreach (var source in references) used.UnionWith(await source.OfAsync(hashes, ct));
        foreach (var hash in hashes.Where(h => !used.Contains(h))) blobs.Delete(hash);
    }
}
