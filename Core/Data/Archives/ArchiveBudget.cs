namespace Playground.Core.Data.Archives;

/// <summary>Counts the real bytes that an import has read, over all its archives.</summary>
public sealed class ArchiveBudget(ArchiveLimits limits)
{
    private long _real;
    private int _entries;

    public ArchiveLimits Limits => limits;

    /// <summary>Another entry was met.</summary>
    /// <exception cref="ArchiveException">There are more than are allowed.</exception>
    public void CountEntry()
    {
        if (++_entries > limits.MaxEntries) throw TooMany();
    }

    /// <summary>As many entries are claimed as <paramref name="claimed"/> says.</summary>
    /// <exception cref="ArchiveException">They are more than are allowed.</exception>
    public void CheckClaim(ulong claimed)
    {
        if (claimed > (ulong)limits.MaxEntries) throw TooMany();
    }

    /// <summary>
    /// <paramref name="count"/> more bytes came out of an entry that has given <paramref name="real"/> from <paramref name="compressed"/>.
    /// </summary>
    /// <exception cref="ArchiveException">The entry swells too far, or all of them together are too large.</exception>
    public void Spend(int count, long real, long compressed, string name)
    {
        if (real > limits.FreeBytes && real > compressed * limits.MaxRatio)
            throw new ArchiveException($"'{name}' swells to more than {limits.MaxRatio} times its compressed size, as a decompression bomb "
                + "does; pictures and weights hardly shrink in an archive. Nothing was kept.");
        _real += count;
        if (_real > limits.MaxRealBytes)
            throw new ArchiveException(
                $"The archive holds more than {limits.MaxRealBytes:N0} bytes once decompressed, which is the limit. Split it, or leave out "
                    + "what is not needed.");
    }

    /// <summary>A decompressed stream whose bytes count; <paramref name="compressedSize"/> is what it came from.</summary>
    public Stream Metered(Stream real, long compressedSize, string name) => new MeteredStream(real, () => compressedSize, this, name);

    private ArchiveException TooMany()
        => new($"There are more than {limits.MaxEntries:N0} entries, which is the limit. Split them, or leave out what is not needed.");
}
