namespace Playground.Core.Data.Archives;

/// <summary>An entry of an archive whose end or compression may be damaged: reading it then says so in a sentence.</summary>
internal sealed class GuardedStream(Stream inner) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        try
        {
            var count = inner.Read(buffer);
            Taken += count;
            return count;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new PlaygroundException("it is cut off or damaged", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
