using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Playground.Core.Tests;

/// <summary>Writes zip archives byte by byte, so that a test can also write what no packer would.</summary>
internal sealed class ZipForge
{
    private readonly MemoryStream _body = new();
    private readonly MemoryStream _directory = new();

    public int Count { get; private set; }

    /// <summary>What the end record claims; null: the truth.</summary>
    public int? ClaimedCount { get; set; }

    /// <summary>An entry that is what it says.</summary>
    public ZipForge Add(string name, byte[] data, bool deflate = false)
        => Add(Encoding.UTF8.GetBytes(name), data, deflate: deflate, flags: 0x800);

    /// <param name="name">Raw bytes.</param>
    /// <param name="data">The real bytes.</param>
    /// <param name="deflate">Whether they are compressed.</param>
    /// <param name="flags">1: encrypted; 0x800: the name is UTF-8.</param>
    /// <param name="unixMode">Such as 0xA1FF for a symbolic link; 0: none.</param>
    /// <param name="claimedSize">The real size as claimed; null: the truth.</param>
    /// <param name="crc">The checksum as claimed; null: the truth.</param>
    public ZipForge Add(byte[] name, byte[] data, bool deflate = false, int flags = 0, int unixMode = 0, uint? claimedSize = null,
        uint? crc = null)
    {
        var stored = deflate ? Deflate(data) : data;
        var sum = crc ?? Crc(data);
        var offset = (uint)_body.Position;
        Write(_body, 0x04034b50u, (ushort)20, (ushort)flags, (ushort)(deflate ? 8 : 0), 0u, sum, (uint)stored.Length,
            claimedSize ?? (uint)data.Length, (ushort)name.Length, (ushort)0);
        _body.Write(name);
        _body.Write(stored);
        AddToDirectory(name, sum, (uint)stored.Length, claimedSize ?? (uint)data.Length, offset, deflate, flags, unixMode);
        return this;
    }

    /// <summary>A further name for bytes that another entry has.</summary>
    public ZipForge AddOverlapping(string name, uint crc, uint compressed, uint size, uint offset)
    {
        AddToDirectory(Encoding.ASCII.GetBytes(name), crc, compressed, size, offset, deflate: true, flags: 0, unixMode: 0);
        return this;
    }

    public byte[] ToArray()
    {
        using var zip = new MemoryStream();
        _body.WriteTo(zip);
        _directory.WriteTo(zip);
        var count = ClaimedCount ?? Count;
        if (count >= 0xFFFF)
        {
            Write(zip, 0x06064b50u, 44ul, (ushort)45, (ushort)45, 0u, 0u, (ulong)count, (ulong)count, (ulong)_directory.Length,
                (ulong)_body.Length);
            Write(zip, 0x07064b50u, 0u, (ulong)(_body.Length + _directory.Length), 1u);
        }
        var small = (ushort)Math.Min(count, 0xFFFF);
        Write(zip, 0x06054b50u, (ushort)0, (ushort)0, small, small, (uint)_directory.Length, (uint)_body.Length, (ushort)0);
        return zip.ToArray();
    }

    public static byte[] Deflate(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(data);
        return packed.ToArray();
    }

    public static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ crc >> 1 : crc >> 1;
        }
        return ~crc;
    }

    private void AddToDirectory(byte[] name, uint crc, uint compressed, uint size, uint offset, bool deflate, int flags, int unixMode)
    {
        Write(_directory, 0x02014b50u, (ushort)(unixMode == 0 ? 20 : 0x0314), (ushort)20, (ushort)flags, (ushort)(deflate ? 8 : 0), 0u, crc,
            compressed, size, (ushort)name.Length, (ushort)0, (ushort)0, (ushort)0, (ushort)0, (uint)unixMode << 16, offset);
        _directory.Write(name);
        Count++;
    }

    private static void Write(Stream stream, params object[] numbers)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var number in numbers)
        {
            switch (number)
            {
                case ushort u:
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes, u);
                    stream.Write(bytes[..2]);
                    break;
                case uint u:
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes, u);
                    stream.Write(bytes[..4]);
                    break;
                case ulong u:
                    BinaryPrimitives.WriteUInt64LittleEndian(bytes, u);
                    stream.Write(bytes);
                    break;
                default:
                    throw new ArgumentException($"{number.GetType()} is not written here.", nameof(numbers));
            }
        }
    }
}
