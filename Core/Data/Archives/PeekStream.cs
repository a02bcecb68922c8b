namespace Playground.Core.Data.Archives;

/// <summary>A stream whose first bytes can be looked at before it is read.</summary>
public sealed class PeekStream : ForwardStream
{
    private readonly Stream _inner;
    private readonly byte[] _head;
    private readonly int _headLength;

    /// <param name="inner">Disposed with this one.</param>
    public PeekStream(Stream inner)
    {
        _inner = inner;
        _head = new byte[FileKinds.HeadSize];
        _headLength = inner.ReadAtLeast(_head, _head.Length, throwOnEndOfStream: false);
    }

    /// <summary>The first bytes, up to <see cref="FileKinds.HeadSize"/>.</summary>
    public ReadOnlySpan<byte> Head => _head.AsSpan(0, _headLength);

    public override int Read(Span<byte> buffer)
    {
        var count = Taken < _headLength ? ReadHead(buffer) : _inner.Read(buffer);
        Taken += count;
        return count;
    }

    private int ReadHead(Span<byte> buffer)
    {
        var rest = _head.AsSpan((int)Taken, _headLength - (int)Taken);
        var count = Math.Min(buffer.Length, rest.Length);
        rest[..count].CopyTo(buffer);
        return count;
    }

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

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }
}
