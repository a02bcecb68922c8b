using System.Buffers.Binary;
using System.Text;
using Playground.Core.Data.Archives;

namespace Playground.Core.Imaging;

/// <summary>
/// PNG text chunks (PNG specification, third edition, 11.3.3): tEXt for ASCII, iTXt for the rest. libvips compresses every text into
/// zTXt and puts UTF-8 there, which other readers take for Latin-1; hence these few lines.
/// </summary>
internal static class PngText
{
    private const int HeaderEnd = 8 + 12 + 13; // the signature and IHDR

    /// <summary>The file with one chunk for each text, right after its header.</summary>
    internal static byte[] Insert(byte[] png, IReadOnlyDictionary<string, string> text)
    {
        using var result = new MemoryStream(png.Length + 1024);
        result.Write(png, 0, HeaderEnd);
        foreach (var (keyword, value) in text)
            result.Write(Chunk(CheckedKeyword(keyword), value));
        result.Write(png, HeaderEnd, png.Length - HeaderEnd);
        return result.ToArray();
    }

    private static byte[] Chunk(string keyword, string value)
    {
        // iTXt: keyword, 0, not compressed, method 0, no language, no translated keyword.
        var (type, head) = Ascii.IsValid(value) ? ("tEXt", keyword + "\0") : ("iTXt", keyword + "\0\0\0\0\0");
        var data = Encoding.UTF8.GetBytes(type + head + value);
        var chunk = new byte[data.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length - 4);
        data.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 4), ~Crc32.Update(uint.MaxValue, data));
        return chunk;
    }

    private static string CheckedKeyword(string keyword) =>
        keyword.Length is >= 1 and <= 79 && keyword.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '_')
            ? keyword
            : throw new PlaygroundException($"\"{keyword}\" is no PNG keyword: 1 to 79 Latin letters, digits, spaces or underscores are.");
}
