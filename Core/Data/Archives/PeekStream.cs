namespace Playground.Core.Data.Archives;

/// <summary>A stream whose first bytes can be looked at before it is read.</summary>
public sealed class PeekStream : Stream
{
    private readonly Stream _inner;
    private readonly byte[] _head;
    private readonly int _headLength;
    private int _given;

    /// <param name="inner">Disposed with this one.</param>
    public PeekStream(Stream inner)
    {
        _inner = inner;
        _head = new byte[FileKinds.HeadSize];
        _headLength = inner.ReadAtLeast(_head, _head.Length, throwOnEndOfStream: false);
    }

    /// <summary>The first bytes, up to <see cref="FileKinds.HeadSize"/>.</summary>
    public ReadOnlySpan<byte> Head => _head.AsSpan(0, _headLength);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_given == _headLength) return _inner.Read(buffer);
        var count = Math.Min(buffer.Length, _headLength - _given);
        _head.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>All bytes, if they are no more than <paramref name="limit"/>.</summary>
    /// <exception cref="PlaygroundException">There are more.</exception>
    public byte[] ReadAll(int limit)
    {
        using var all = new MemoryStream();
        var buffer = new byte[1 << 14];
        while (Read(buffer) is > 0 and var count)
        {
            if (all.Length + count > limit) throw new PlaygroundException($"it has more than {limit:N0} bytes, which is the limit");
            all.Write(buffer, 0, count);
        }
        return all.ToArray();
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }
}
