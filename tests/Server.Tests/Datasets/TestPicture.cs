using System.Buffers.Binary;
using Playground.Core.Imaging;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Datasets;

/// <summary>Small pictures that differ from each other, and files that pretend.</summary>
internal static class TestPicture
{
    /// <summary>A PNG of one colour channel or three, of noise that the seed decides.</summary>
    public static byte[] Png(int seed, int width = 16, int height = 16, int channels = 3)
        => PngFile.Encode(Pixels(seed, width, height, channels));

    public static PictureBatch Pixels(int seed, int width = 16, int height = 16, int channels = 3)
    {
        var pixels = new byte[width * height * channels];
        new Random(seed).NextBytes(pixels);
        return new PictureBatch(1, height, width, channels, pixels);
    }

    /// <summary>A PNG whose header says that it is so large, with next to nothing behind it.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        var header = new byte[17];
        "IHDR"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), height);
        (header[12], header[13]) = (8, 2);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk(header), .. Chunk([.. "IDAT"u8, 0x78, 0x9c, 0x03, 0, 0, 0, 0, 1]),
            .. Chunk([.. "IEND"u8])];
    }

    private static byte[] Chunk(byte[] typeAndData)
    {
        var chunk = new byte[typeAndData.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, typeAndData.Length - 4);
        typeAndData.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(typeAndData.Length + 4), ZipForge.Crc(typeAndData));
        return chunk;
    }
}
