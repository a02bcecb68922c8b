using System.Security.Cryptography;
using System.Text;

namespace Playground.Cli.Downloads;

/// <summary>
/// The two hashes that published files are named by: SHA-256, and git's blob id (SHA-1 over a small head and the contents).
/// </summary>
internal static class FileHash
{
    private const int GitDigits = 40;

    public static string Describe(string hash) => hash.Length == GitDigits ? $"git blob id {hash}" : $"SHA-256 {hash}";

    public static async Task<bool> MatchesAsync(string path, string hash, CancellationToken ct)
        => string.Equals(hash.Length == GitDigits ? await GitBlobAsync(path, ct) : await Sha256Async(path, ct), hash,
            StringComparison.OrdinalIgnoreCase);

    public static async Task<string> Sha256Async(string path, CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    }

    private static async Task<string> GitBlobAsync(string path, CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {file.Length}\0"));
        var buffer = new byte[1 << 16];
        while (await file.ReadAsync(buffer, ct) is > 0 and var count) hash.AppendData(buffer, 0, count);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
