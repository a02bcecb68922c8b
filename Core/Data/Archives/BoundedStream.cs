namespace Playground.Core.Data.Archives;

/// <summary>The next <paramref name="length"/> bytes of a stream, from where it stands. The stream stays open.</summary>
internal sealed class BoundedStream(Stream inner, long length) : ForwardStream
{
    public override long Length => length;

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer[..(int)Math.Min(buffer.Length, length - Taken)]);
        Taken += read;
        return read;
    }
}
