namespace Playground.Core.Data.Archives;

/// <summary>Counts what is read from a stream against the budget; <paramref name="compressed"/> says how many bytes of the file it came from.</summary>
internal sealed class MeteredStream(Stream inner, Func<long> compressed, ArchiveBudget budget, string name) : Stream
{
    // A tar's extended headers are read in one piece into memory, however long they claim to be; no other reader asks for as much.
    private const int MaxPiece = 4 << 20;
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length > MaxPiece) throw new ArchiveException($"A header in '{name}' claims {buffer.Length:N0} bytes; the limit is {MaxPiece:N0}. Pack the files again.");
        var count = inner.Read(buffer);
        _read += count;
        budget.Spend(count, _read, compressed(), name);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
