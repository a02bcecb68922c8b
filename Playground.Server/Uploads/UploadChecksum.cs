using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Playground.Client.Contracts;

namespace Playground.Server.Uploads;

/// <summary>The tus header <c>Upload-Checksum</c>: an algorithm and the digest of one part in base64.</summary>
internal sealed class UploadChecksum : IDisposable
{
    /// <summary>What <c>Tus-Checksum-Algorithm</c> says.</summary>
    public const string Algorithms = "sha1,sha256";

    /// <summary>tus' own status for a part whose checksum differs.</summary>
    public const int Mismatch = 460;

    private readonly IncrementalHash _hash;
    private readonly byte[] _expected;

    private UploadChecksum(HashAlgorithmName algorithm, byte[] expected)
        => (_hash, _expected) = (IncrementalHash.CreateHash(algorithm), expected);

    /// <exception cref="RequestException">An algorithm that is not offered, or a digest that is none.</exception>
    public static UploadChecksum? Parse(string? header)
    {
        if (string.IsNullOrEmpty(header)) return null;
        var parts = header.Split(' ');
        HashAlgorithmName? algorithm = parts[0] switch
        {
            "sha1" => HashAlgorithmName.SHA1,
            "sha256" => HashAlgorithmName.SHA256,
            _ => null
        };
        var digest = new byte[64];
        return algorithm is { } known && parts.Length == 2 && Convert.TryFromBase64String(parts[1], digest, out var length)
            ? new UploadChecksum(known, digest[..length])
            : throw new RequestException(StatusCodes.Status400BadRequest,
                $"Upload-Checksum is '{header}'; it must be one of {Algorithms}, a space, and the digest in base64.");
    }

    public void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    public bool Matches() => CryptographicOperations.FixedTimeEquals(_hash.GetHashAndReset(), _expected);

    public void Dispose() => _hash.Dispose();
}
