using System.Numerics;
using System.Runtime.InteropServices;

namespace Playground.Core.Engine;

/// <summary>
/// Blocks of memory in sizes of a few kinds, from one reserved range of addresses. A freed block waits for the next of its size, warm,
/// so that a network's layers find the memory of the layers before. What would make all of it more than an eighth, or 128 MiB, larger
/// than the most that was in use goes back to the system. A block keeps its address and size for good, so that nothing is ever cut up.
/// Linux only.
/// </summary>
internal sealed partial class BlockPool
{
    /// <summary>Blocks are multiples of this many bytes, and lie at multiples of it.</summary>
    public const int Unit = 1 << UnitBits;

    private const int UnitBits = 16, ReadWrite = 3, PrivateAnonymousUnreserved = 0x4022, DontNeed = 4;

    // Of eight sizes from one power of two to the next: a block is at most an eighth larger than it must be.
    private const int SizesBits = 3;

    // A block this much larger is taken before memory is asked for.
    private const int FurtherSizes = 2;
    private const long Spare = 64L << 20;

    // Most of what a large network has in use are its weights, which never wait.
    private const long MostOfEighth = 128L << 20;

    private readonly Lock _lock = new();
    private readonly List<nint>[] _warm = [.. Enumerable.Range(0, 64 << SizesBits).Select(_ => new List<nint>())];
    private readonly Stack<nint>[] _cold = [.. Enumerable.Range(0, 64 << SizesBits).Select(_ => new Stack<nint>())];
    private readonly short[] _kinds;
    private readonly nint _start, _end;
    private nint _next;
    private long _used, _kept, _peak;

    /// <param name="range">How many bytes of addresses to reserve; no memory is taken by it.</param>
    /// <exception cref="OutOfMemoryException">The system does not give so many.</exception>
    public BlockPool(long range)
    {
        range = range / Unit * Unit;
        _start = Map(0, (nuint)(range + Unit), ReadWrite, PrivateAnonymousUnreserved, -1, 0);
        if (_start == -1) throw new OutOfMemoryException($"{range:N0} bytes of addresses cannot be reserved.");
        _start = (_start + Unit - 1) & ~(nint)(Unit - 1);
        (_next, _end) = (_start, _start + (nint)range);
        _kinds = new short[range >> UnitBits];
    }

    /// <summary>Bytes of the blocks that are in use, and of those that wait.</summary>
    public (long Used, long Kept) Bytes
    {
        get { lock (_lock) return (_used, _kept); }
    }

    /// <summary>Whether the address is of this pool.</summary>
    public bool Owns(nint address) => address >= _start && address < _end;

    /// <summary>A block of at least so many bytes, at a multiple of <see cref="Unit"/>; 0 where no addresses are left. Its content is
    /// any.</summary>
    public nint Take(long bytes)
    {
        var kind = KindOf(bytes);
        lock (_lock)
        {
            var block = Warm(kind) ?? Fresh(kind);
            if (block == 0) return 0;
            _used += SizeOf(_kinds[(block - _start) >> UnitBits]);
            _peak = Math.Max(_peak, _used);
            return block;
        }
    }

    /// <summary>The block may be given to somebody else.</summary>
    public void Return(nint block)
    {
        lock (_lock)
        {
            var kind = _kinds[(block - _start) >> UnitBits];
            _used -= SizeOf(kind);
            _kept += SizeOf(kind);
            _warm[kind].Add(block);
        }
    }

    /// <summary>Gives all that waits back to the system.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            ReleaseUntil(0);
            _peak = _used;
        }
    }

    private nint? Warm(int kind)
    {
        // Small blocks are many and soon found; a far larger one would be missed by those of its size.
        for (var k = kind; k <= kind + FurtherSizes; k++)
        {
            if (_warm[k] is not { Count: > 0 } blocks) continue;
            var block = blocks[^1];
            blocks.RemoveAt(blocks.Count - 1);
            _kept -= SizeOf(k);
            return block;
        }
        return null;
    }

    private nint Fresh(int kind)
    {
        var size = SizeOf(kind);
        var most = Math.Max(_peak, _used + size);
        ReleaseUntil(Math.Max(0, most + Math.Min(most / 8, MostOfEighth) + Spare - _used - size));
        if (_cold[kind].TryPop(out var block)) return block;
        if (size > _end - _next) return 0;
        block = _next;
        _next += (nint)size;
        _kinds[(block - _start) >> UnitBits] = (short)kind;
        return block;
    }

    // Of the size that holds the most, the block that has waited longest.
    private void ReleaseUntil(long kept)
    {
        while (_kept > kept)
        {
            var kind = 0;
            for (var k = 1; k < _warm.Length; k++)
                if (_warm[k].Count * SizeOf(k) > _warm[kind].Count * SizeOf(kind)) kind = k;
            var (block, size) = (_warm[kind][0], SizeOf(kind));
            _warm[kind].RemoveAt(0);
            _ = Advise(block, (nuint)size, DontNeed);
            _cold[kind].Push(block);
            _kept -= size;
        }
    }

    /// <summary>The kind of blocks for so many bytes; a larger kind is of larger blocks.</summary>
    internal static int KindOf(long bytes)
    {
        var last = Math.Max(1, (bytes + Unit - 1) >> UnitBits) - 1;
        var shift = Math.Max(0, BitOperations.Log2((ulong)last) - SizesBits);
        return (shift << SizesBits) + (int)(last >> shift);
    }

    /// <summary>The bytes of a block of a kind.</summary>
    internal static long SizeOf(int kind)
    {
        var shift = Math.Max(0, (kind >> SizesBits) - 1);
        return ((long)(kind - (shift << SizesBits)) + 1) << shift << UnitBits;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
