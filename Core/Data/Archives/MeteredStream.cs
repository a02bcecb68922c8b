namespace Playground.Core.Data.Archives;

/// <summary>
/// Counts what is read from a stream against the budget; <paramref name="compressed"/> says how many bytes of the file it came from.
/// </summary>
internal sealed class MeteredStream(Stream inner, Func<long> compressed, ArchiveBudget budget, string name) : ForwardStream
{
    // A tar's extended headers are read in one piece into memory, however long they claim to be; no other reader asks for as much.
    private const int MaxPiece = 4 << 20;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length > MaxPiece) throw new ArchiveException(
            $"A header in '{name}' claims {buffer.Length:N0} bytes; the limit is {MaxPiece:N0}. Pack the files again.");
        var count = Plain(buffer);
        Taken += count;
        budget.Spend(count, Taken, compressed(), name);
        return count;
    }

    private int Plain(Span<byte> buffer)
    {
        try
        {
            return inner.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new PlaygroundException($"'{name}' is cut off or damaged: it cannot be decompressed. Upload the original again.", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
