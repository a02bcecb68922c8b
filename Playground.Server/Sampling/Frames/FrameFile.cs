using System.Buffers.Binary;
using Playground.Core;

namespace Playground.Server.Sampling.Frames;

/// <summary>A frame and where in its file it is.</summary>
/// <param name="Frame">What is known of it.</param>
/// <param name="Offset">Where its record begins.</param>
/// <param name="NoisyLength">Bytes of the PNG file of x_t.</param>
/// <param name="CleanLength">Bytes of the PNG file of x̂₀, which follows.</param>
internal sealed record FrameEntry(KeptFrame Frame, long Offset, int NoisyLength, int CleanLength)
{
    public long End => Offset + FrameFile.RecordSize + NoisyLength + CleanLength;
}

/// <summary>What a file holds.</summary>
/// <param name="Steps">Of the run.</param>
/// <param name="Entries">In the order of the file.</param>
/// <param name="Dropped">As the end says; 0 where there is none.</param>
/// <param name="IsEnded">Whether the run wrote its end.</param>
internal sealed record FrameFileContent(int Steps, IReadOnlyList<FrameEntry> Entries, int Dropped, bool IsEnded);

/// <summary>
/// A run's frames in one file: a head, then records that are only ever appended, each a head of its own and two PNG files. A head and a
/// PNG file have checksums, so that a file that was cut off is read up to its last whole frame. All numbers are little-endian.
/// </summary>
internal static class FrameFile
{
    public const int HeadSize = 20, RecordSize = 52;

    // A frame is a grid of at most 64 images; larger lengths are damage.
    private const int MaxPng = 256 << 20;

    private const int Version = 1, OfFrame = 1, OfEnd = 2;

    private static ReadOnlySpan<byte> Magic => "PGFRAMES"u8;

    /// <summary>Begins a file.</summary>
    public static async Task WriteHeadAsync(Stream file, int steps, CancellationToken ct)
    {
        var head = new byte[HeadSize];
        Magic.CopyTo(head);
        Write(head, 8, Version);
        Write(head, 12, steps);
        Seal(head);
        await file.WriteAsync(head, ct);
    }

    /// <summary>Appends a frame.</summary>
    /// <returns>Where it is.</returns>
    public static async Task<FrameEntry> AppendAsync(Stream file, KeptFrame frame, byte[] noisy, byte[] clean, CancellationToken ct)
    {
        var entry = new FrameEntry(frame, file.Position, noisy.Length, clean.Length);
        var record = new byte[RecordSize + noisy.Length + clean.Length];
        var head = record.AsSpan(0, RecordSize);
        Write(head, 0, OfFrame);
        Write(head, 4, frame.Step);
        BinaryPrimitives.WriteSingleLittleEndian(head[8..], frame.Timestep);
        BinaryPrimitives.WriteSingleLittleEndian(head[12..], frame.Sigma ?? float.NaN);
        Write(head, 16, frame.Count);
        Write(head, 20, frame.Width);
        Write(head, 24, frame.Height);
        Write(head, 28, noisy.Length);
        Write(head, 32, clean.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[36..], Crc32.Of(noisy));
        BinaryPrimitives.WriteUInt32LittleEndian(head[40..], Crc32.Of(clean));
        Seal(head);
        noisy.CopyTo(record, RecordSize);
        clean.CopyTo(record, RecordSize + noisy.Length);
        // At once, so that what is cut off is the last frame.
        await file.WriteAsync(record, ct);
        return entry;
    }

    /// <summary>Appends the end: no frame follows.</summary>
    public static async Task WriteEndAsync(Stream file, int dropped, CancellationToken ct)
    {
        var head = new byte[RecordSize];
        Write(head, 0, OfEnd);
        Write(head, 4, dropped);
        Seal(head);
        await file.WriteAsync(head, ct);
    }

    /// <summary>Looks through a file, without reading the images of one that has its end.</summary>
    /// <returns>Null where it is no such file.</returns>
    public static FrameFileContent? Scan(string path)
    {
        using var file = Open(path);
        if (file is null) return null;
        Span<byte> head = stackalloc byte[HeadSize];
        if (RandomAccess.Read(file, head, 0) < HeadSize || !head.StartsWith(Magic) || !IsSealed(head) || Read(head, 8) != Version)
            return null;
        var steps = Read(head, 12);
        var (entries, dropped, isEnded) = ReadRecords(file);
        // What no end vouches for may be there by its length alone.
        if (!isEnded) entries = [.. entries.TakeWhile(e => ReadPng(file, e, FrameSide.Noisy) is not null
            && ReadPng(file, e, FrameSide.Clean) is not null)];
        return new FrameFileContent(steps, entries, dropped, isEnded);
    }

    /// <summary>One image of a frame; null where the file is gone, or holds something else at that place.</summary>
    public static byte[]? Read(string path, FrameEntry entry, FrameSide side)
    {
        using var file = Open(path);
        return file is null ? null : ReadPng(file, entry, side);
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle? Open(string path)
    {
        try
        {
            return File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete, options: FileOptions.RandomAccess);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static (List<FrameEntry> Entries, int Dropped, bool IsEnded) ReadRecords(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        var entries = new List<FrameEntry>();
        var length = RandomAccess.GetLength(file);
        Span<byte> head = stackalloc byte[RecordSize];
        for (long at = HeadSize; at + RecordSize <= length;)
        {
            if (RandomAccess.Read(file, head, at) < RecordSize || !IsSealed(head)) break;
            if (Read(head, 0) == OfEnd) return (entries, Read(head, 4), true);
            if (EntryOf(head, at) is not { } entry || entry.End > length) break;
            entries.Add(entry);
            at = entry.End;
        }
        return (entries, 0, false);
    }

    private static FrameEntry? EntryOf(ReadOnlySpan<byte> head, long at)
    {
        if (Read(head, 0) != OfFrame || !IsSealed(head)) return null;
        var sigma = BinaryPrimitives.ReadSingleLittleEndian(head[12..]);
        var frame = new KeptFrame(Read(head, 4), BinaryPrimitives.ReadSingleLittleEndian(head[8..]), float.IsFinite(sigma) ? sigma : null,
            Read(head, 16), Read(head, 20), Read(head, 24));
        var (noisy, clean) = (Read(head, 28), Read(head, 32));
        return noisy is >= 0 and <= MaxPng && clean is >= 0 and <= MaxPng ? new FrameEntry(frame, at, noisy, clean) : null;
    }

    private static byte[]? ReadPng(Microsoft.Win32.SafeHandles.SafeFileHandle file, FrameEntry entry, FrameSide side)
    {
        Span<byte> head = stackalloc byte[RecordSize];
        if (RandomAccess.Read(file, head, entry.Offset) < RecordSize || EntryOf(head, entry.Offset) != entry) return null;
        var isNoisy = side == FrameSide.Noisy;
        var png = new byte[isNoisy ? entry.NoisyLength : entry.CleanLength];
        var sum = BinaryPrimitives.ReadUInt32LittleEndian(head[(isNoisy ? 36 : 40)..]);
        var at = entry.Offset + RecordSize + (isNoisy ? 0 : entry.NoisyLength);
        return RandomAccess.Read(file, png, at) == png.Length && Crc32.Of(png) == sum ? png : null;
    }

    private static void Write(Span<byte> to, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(to[at..], value);

    private static int Read(ReadOnlySpan<byte> from, int at) => BinaryPrimitives.ReadInt32LittleEndian(from[at..]);

    private static void Seal(Span<byte> head) => BinaryPrimitives.WriteUInt32LittleEndian(head[^4..], Crc32.Of(head[..^4]));

    private static bool IsSealed(ReadOnlySpan<byte> head)
        => BinaryPrimitives.ReadUInt32LittleEndian(head[^4..]) == Crc32.Of(head[..^4]);
}
