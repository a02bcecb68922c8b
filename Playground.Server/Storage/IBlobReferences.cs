namespace Playground.Server.Storage;

/// <summary>Whoever refers to files of the <see cref="BlobStore"/> says so here, so that they are not deleted. Register as many as there
/// are.</summary>
internal interface IBlobReferences
{
    /// <summary>Those of <paramref name="hashes"/> that are referred to.</summary>
    Task<IReadOnlyCollection<string>> OfAsync(IReadOnlyCollection<string> hashes, CancellationToken ct);
}
