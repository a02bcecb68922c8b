using System.Buffers.Binary;

namespace Playground.Core.Data.Archives;

/// <summary>
/// The central directory of a zip archive (PKWARE's APPNOTE 6.3.10, zip64 included), checked before a byte is decompressed: its count, its
/// place,
/// and that no two entries share bytes. It is read here because libraries trust the count and do not show where entries lie.
/// </summary>
public static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50, End64Signature = 0x06064b50, LocatorSignature = 0x07064b50, EntrySignature = 0x02014b50;
    private const int EndSize = 22, LocatorSize = 20, End64Size = 56, EntrySize = 46;
    private const ushort UnicodePath = 0x7075;
    private const string CutOff = "The zip archive is cut off or damaged: {0}. Upload the original again.";

    private sealed record End(ulong Count, long Offset, long Size, long Position);

    /// <param name="file">The archive, seekable.</param>
    /// <param name="budget">How many entries may be there.</param>
    /// <exception cref="ArchiveException">Damaged, cut off, in several parts, with too many entries, or with entries that
    /// overlap.</exception>
    public static IReadOnlyList<ZipEntry> Read(Stream file, ArchiveBudget budget)
    {
        var end = FindEnd(file);
        budget.CheckClaim(end.Count);
        if (end.Offset < 0 || end.Size < 0 || end.Offset > end.Position - end.Size) throw Damaged("its directory lies outside the file");
        if (end.Count > (ulong)(end.Size / EntrySize))
            throw Damaged($"it claims {end.Count:N0} entries, more than its directory has room for");
        var before = BytesBefore(file, end);

        var entries = new List<ZipEntry>((int)end.Count);
        file.Position = end.Offset + before;
        var directory = new BufferedStream(new BoundedStream(file, end.Size), 1 << 16);
        var fixedPart = new byte[EntrySize];
        var variable = Array.Empty<byte>();
        var raw = new Dictionary<int, byte[]>();
        for (var i = 0UL; i < end.Count; i++)
        {
            ReadExactly(directory, fixedPart);
            if (Number(fixedPart, 0) != EntrySignature) throw Damaged($"entry {i + 1} of its directory is not one");
            var length = Short(fixedPart, 28) + Short(fixedPart, 30) + Short(fixedPart, 32);
            if (variable.Length < length) variable = new byte[length];
            ReadExactly(directory, variable.AsSpan(0, length));
            var entry = Parse(fixedPart, variable.AsSpan(0, length), out var unsure);
            if (unsure is not null) raw[entries.Count] = unsure;
            entries.Add(entry with { Offset = entry.Offset + before });
        }
        Decode(entries, raw);
        CheckOverlap(entries, end.Offset + before);
        return entries;
    }

    // What was put in front of an archive, such as the program that unpacks it, moves everything in it and changes no number.
    private static long BytesBefore(Stream file, End end)
    {
        var before = end.Position - end.Size - end.Offset;
        return end.Count > 0 && before > 0 && !HasEntryAt(end.Offset) && HasEntryAt(end.Offset + before) ? before : 0;

        bool HasEntryAt(long position)
        {
            Span<byte> signature = stackalloc byte[4];
            file.Position = position;
            return file.ReadAtLeast(signature, 4, throwOnEndOfStream: false) == 4 && Number(signature, 0) == EntrySignature;
        }
    }

    private static End FindEnd(Stream file)
    {
        var tail = new byte[(int)Math.Min(file.Length, EndSize + ushort.MaxValue)];
        file.Position = file.Length - tail.Length;
        ReadExactly(file, tail);
        for (var at = tail.Length - EndSize; at >= 0; at--)
        {
            if (Number(tail, at) != EndSignature || at + EndSize + Short(tail, at + 20) != tail.Length) continue;
            var position = file.Length - tail.Length + at;
            var end = new End((ulong)Short(tail, at + 10), Number(tail, at + 16), Number(tail, at + 12), position);
            if (Short(tail, at + 4) is not (0 or 0xFFFF) || Short(tail, at + 8) != Short(tail, at + 10))
                throw Damaged("it is one part of several; put the parts together first");
            return end is { Count: 0xFFFF } or { Offset: 0xFFFFFFFF } or { Size: 0xFFFFFFFF } ? FindEnd64(file, end) : end;
        }
        throw Damaged("its directory, which stands at the end, is missing");
    }

    private static End FindEnd64(Stream file, End end)
    {
        var locator = new byte[LocatorSize];
        var record = new byte[End64Size];
        if (end.Position < LocatorSize + End64Size) return end;
        file.Position = end.Position - LocatorSize;
        ReadExactly(file, locator);
        // 65,535 entries may be just that.
        if (Number(locator, 0) != LocatorSignature) return end;
        var position = (long)Long(locator, 8);
        if (position < 0 || position > end.Position - LocatorSize - End64Size) throw Damaged("its zip64 directory lies outside the file");
        file.Position = position;
        ReadExactly(file, record);
        if (Number(record, 0) != End64Signature)
        {
            // With bytes in front of the archive, the record still stands right before its locator.
            position = end.Position - LocatorSize - End64Size;
            file.Position = position;
            ReadExactly(file, record);
        }
        if (Number(record, 0) != End64Signature) throw Damaged("its zip64 directory is missing");
        return new End(Long(record, 32), (long)Long(record, 48), (long)Long(record, 40), position);
    }

    // One packer wrote them all: were they decoded each by itself, some that happen to be UTF-8 would become other names than the rest.
    private static void Decode(List<ZipEntry> entries, Dictionary<int, byte[]> raw)
    {
        var utf8 = raw.Values.All(ZipName.IsUtf8);
        foreach (var (i, bytes) in raw)
        {
            var name = utf8 ? ZipName.Decode(bytes) : ZipName.DecodeCodePage437(bytes);
            entries[i] = entries[i] with { Name = name, IsNameGuessed = !utf8 };
        }
    }

    // `unsure`: the name's bytes where they are not ASCII and the entry does not say what they are.
    private static ZipEntry Parse(ReadOnlySpan<byte> head, ReadOnlySpan<byte> variable, out byte[]? unsure)
    {
        var (flags, method) = (Short(head, 8), Short(head, 10));
        var (nameLength, extraLength) = (Short(head, 28), Short(head, 30));
        long compressed = Number(head, 20), size = Number(head, 24), offset = Number(head, 42);
        var extra = variable.Slice(nameLength, extraLength);
        string? unicode = null;
        while (extra.Length >= 4 && Short(extra, 2) + 4 <= extra.Length)
        {
            var field = extra.Slice(4, Short(extra, 2));
            if (Short(extra, 0) == 1)
            {
                if (size == uint.MaxValue) size = Take(ref field);
                if (compressed == uint.MaxValue) compressed = Take(ref field);
                if (offset == uint.MaxValue) offset = Take(ref field);
            }
            else if (Short(extra, 0) == UnicodePath) unicode = ZipName.OfUnicodePath(field, variable[..nameLength]);
            extra = extra[(4 + Short(extra, 2))..];
        }
        var said = (flags & 0x800) != 0;
        unsure = said || unicode is not null || !variable[..nameLength].ContainsAnyInRange((byte)0x80, (byte)0xFF) ? null
            : variable[..nameLength].ToArray();
        var name = unicode ?? ZipName.Decode(variable[..nameLength]);
        // Bit 0: encrypted; bit 6: strongly; bit 13: the headers too. Method 99 is AES.
        var encrypted = (flags & 0x2041) != 0 || method == 99;
        return new ZipEntry(name, KindOf(head, name), method, encrypted, Number(head, 16), compressed, size, offset)
        { HeaderSize = ZipEntryStream.LocalHeaderSize + nameLength };
    }

    private static ZipEntryKind KindOf(ReadOnlySpan<byte> head, string name)
    {
        // Unix keeps the file's mode in the upper half; 0xA000 is a symbolic link, 0x8000 a regular file, 0x4000 a folder.
        var type = Number(head, 38) >> 16 & 0xF000;
        if (type is not (0 or 0x4000 or 0x8000)) return ZipEntryKind.Special;
        return name.EndsWith('/') || name.EndsWith('\\') || type == 0x4000 ? ZipEntryKind.Folder : ZipEntryKind.File;
    }

    private static void CheckOverlap(List<ZipEntry> entries, long directory)
    {
        ZipEntry? last = null;
        foreach (var entry in entries.OrderBy(e => e.Offset))
        {
            if (entry.Offset < 0 || entry.CompressedSize < 0 || entry.Size < 0 || entry.CompressedSize > directory
                || entry.Offset + entry.HeaderSize + entry.CompressedSize > directory)
                throw Damaged($"'{entry.Name}' lies outside the file");
            if (last is not null && entry.Offset < last.Offset + last.HeaderSize + last.CompressedSize)
                throw new ArchiveException($"The entries '{last.Name}' and '{entry.Name}' of the zip archive share bytes, as those of a "
                    + "decompression bomb do. Nothing was kept; pack the files again.");
            last = entry;
        }
    }

    private static long Take(ref ReadOnlySpan<byte> field)
    {
        if (field.Length < 8) throw Damaged("a zip64 size is missing");
        var value = (long)Long(field, 0);
        field = field[8..];
        return value;
    }

    private static void ReadExactly(Stream stream, Span<byte> into)
    {
        if (stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length)
            throw Damaged("it ends before its directory does");
    }

    internal static ArchiveException Damaged(string what, Exception? inner = null)
        => new(string.Format(System.Globalization.CultureInfo.InvariantCulture, CutOff, what), inner);

    internal static int Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    internal static uint Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
