using System.IO.Compression;

namespace Playground.Core.Data.Archives;

/// <summary>
/// The real bytes of a zip entry: decompressed as they are read, counted against the budget, and compared with the entry's CRC at their
/// end.
/// Reading throws <see cref="PlaygroundException"/> where this entry is damaged, <see cref="ArchiveException"/> where the whole archive is
/// not to be trusted.
/// </summary>
public sealed class ZipEntryStream : ForwardStream
{
    internal const int LocalHeaderSize = 30;
    private const uint LocalSignature = 0x04034b50;
    private readonly ZipEntry _entry;
    private readonly ArchiveBudget _budget;
    private readonly BoundedStream _compressed;
    private readonly Stream _real;
    private uint _crc = uint.MaxValue;

    private ZipEntryStream(ZipEntry entry, ArchiveBudget budget, BoundedStream compressed)
    {
        (_entry, _budget, _compressed) = (entry, budget, compressed);
        _real = entry.Method == 0 ? compressed : new DeflateStream(compressed, CompressionMode.Decompress);
    }

    /// <summary>Why this entry cannot be read whatever its data is; null when it can.</summary>
    public static string? ProblemOf(ZipEntry entry) => entry switch
    {
        { Kind: ZipEntryKind.Special } => "it is a symbolic link or a device, not a file",
        { IsEncrypted: true } => "it is encrypted; pack the files again without a password",
        { Method: not (0 or 8) } => $"it is compressed by method {entry.Method}; only stored and deflated entries can be read",
        _ => null,
    };

    /// <param name="file">The archive, seekable; nothing else may move it until the entry is read.</param>
    /// <param name="entry">One for which <see cref="ProblemOf"/> is null.</param>
    /// <param name="budget">What may be read.</param>
    /// <exception cref="PlaygroundException">The entry's own header is not where the directory says, or says something else.</exception>
    public static ZipEntryStream Open(Stream file, ZipEntry entry, ArchiveBudget budget)
    {
        var head = new byte[LocalHeaderSize];
        file.Position = entry.Offset;
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || ZipDirectory.Number(head, 0) != LocalSignature
            || ZipDirectory.Short(head, 8) != entry.Method)
            throw new PlaygroundException("it is not where the archive's directory says");
        file.Position = entry.Offset + LocalHeaderSize + ZipDirectory.Short(head, 26) + ZipDirectory.Short(head, 28);
        return new ZipEntryStream(entry, budget, new BoundedStream(file, entry.CompressedSize));
    }

    /// <summary>What the entry claims.</summary>
    public override long Length => _entry.Size;

    public override int Read(Span<byte> buffer)
    {
        int count;
        try
        {
            count = _real.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new PlaygroundException("it is damaged: it cannot be decompressed", e);
        }
        if (count == 0 && buffer.Length > 0)
        {
            if (Taken != _entry.Size || ~_crc != _entry.Crc)
                throw new PlaygroundException("it is damaged: its bytes are not those that its checksum is of");
            return 0;
        }
        Taken += count;
        _crc = Crc32.Update(_crc, buffer[..count]);
        if (Taken > _entry.Size) throw new ArchiveException(
            $"'{_entry.Name}' is larger than the {_entry.Size:N0} bytes that the archive claims. Nothing was kept; pack the files again.");
        _budget.Spend(count, Taken, _compressed.Taken, _entry.Name);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _real != _compressed) _real.Dispose();
        base.Dispose(disposing);
    }
}
