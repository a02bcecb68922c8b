using System.Security.Cryptography;

namespace Playground.Server.Datasets.Inspection;

/// <summary>
/// Puts the pictures' files one after another into one file, whose hash will be its name. One file serves better than a hundred thousand.
/// </summary>
internal sealed class PackWriter(string path) : IDisposable
{
    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Length { get; private set; }

    /// <returns>Where the file begins.</returns>
    public long Append(byte[] file)
    {
        var offset = Length;
        _file.Write(file);
        _hash.AppendData(file);
        Length += file.Length;
        return offset;
    }

    /// <summary>Brings the pack to the disk.</summary>
    /// <returns>Its SHA-256 in hexadecimal.</returns>
    public string Finish()
    {
        _file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }
}
