using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Playground.Server.Storage;

/// <summary>Files named by the SHA-256 of their content, written whole or not at all.</summary>
public sealed class BlobStore(IOptions<PlaygroundOptions> options)
{
    private readonly string _folder = Path.Combine(options.Value.Data, "blobs");

    public async Task<string> SaveAsync(byte[] content, CancellationToken ct)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        var path = PathOf(hash);
        if (File.Exists(path)) return hash;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var part = $"{path}.{Guid.NewGuid():N}.part";
        await File.WriteAllBytesAsync(part, content, ct);
        File.Move(part, path, overwrite: true);
        return hash;
    }

    public string PathOf(string hash) => Path.GetFullPath(Path.Combine(_folder, hash[..2], hash));
}
