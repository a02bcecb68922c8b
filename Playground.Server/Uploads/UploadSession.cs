using System.Security.Cryptography;

namespace Playground.Server.Uploads;

/// <summary>An upload while bytes come in: one writer at a time, and the hash of what has come so far.</summary>
internal sealed class UploadSession : IDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);
    private IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes that the hash is of; it is of use only while this is all that the file has.</summary>
    public long Hashed { get; private set; }

    public bool TryEnter() => _writer.Wait(0);

    public void Leave() => _writer.Release();

    public void Add(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Hashed += bytes.Length;
    }

    /// <summary>Forgets the hash: the file is to be hashed again from its start.</summary>
    public void Reset()
    {
        _hash.Dispose();
        _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Hashed = 0;
    }

    public string Hash() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose()
    {
        _hash.Dispose();
        _writer.Dispose();
    }
}
