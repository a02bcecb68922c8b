namespace Playground.Core.Data.Archives;

/// <summary>What an archive may hold; every limit is checked while reading, never after.</summary>
public sealed record ArchiveLimits
{
    /// <summary>Entries, 200,000 unless told.</summary>
    public int MaxEntries { get; init; } = 200_000;

    /// <summary>Bytes of all entries together once decompressed, 20 GiB unless told.</summary>
    public long MaxRealBytes { get; init; } = 20L << 30;

    /// <summary>Real bytes for each compressed byte, 200 unless told; the first <see cref="FreeBytes"/> of an entry do not count.</summary>
    public int MaxRatio { get; init; } = 200;

    /// <summary>Real bytes of one entry before its ratio is looked at, 1 MiB unless told: a small flat picture compresses well.</summary>
    public int FreeBytes { get; init; } = 1 << 20;
}
