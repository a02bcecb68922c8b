using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Playground.Core.Imaging;

/// <summary>A text chunk of a PNG file.</summary>
/// <param name="Keyword">1 to 79 characters, such as "parameters".</param>
/// <param name="Text">Decompressed; what is not of its encoding is replaced by U+FFFD.</param>
public sealed record PngTextChunk(string Keyword, string Text);

/// <summary>
/// Reads the text chunks of a PNG file from anywhere (PNG specification, third edition, 11.3.3), and nothing else of it: no pixel is
/// decoded, and what lies behind a damaged chunk is left.
/// </summary>
public static class PngTextChunks
{
    /// <summary>Most bytes of one text once it is decompressed.</summary>
    public const int MaxText = 64 << 10;

    /// <summary>Most text chunks that are looked at.</summary>
    public const int MaxChunks = 64;

    private const int SignatureSize = 8, MaxKeyword = 79;

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether the bytes begin as a PNG file does.</summary>
    public static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>The text chunks in the order of the file; those with a wrong checksum or without a keyword are left out.</summary>
    /// <param name="file">The file, or its beginning: image data may be missing.</param>
    /// <exception cref="PlaygroundException">The bytes are no PNG file, or a text is longer than <see cref="MaxText"/>.</exception>
    public static IReadOnlyList<PngTextChunk> Read(ReadOnlySpan<byte> file)
    {
        if (!IsPng(file)) throw new PlaygroundException("The file is not a PNG image. Recipes are in PNG files only.");
        var found = new List<PngTextChunk>();
        var looked = 0;
        // Length, type, data, checksum.
        for (var at = SignatureSize; file.Length - at >= 12 && looked < MaxChunks;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - 12) break;
            var typed = file.Slice(at + 4, (int)length + 4);
            at += (int)length + 12;
            if (!IsText(typed[..4])) continue;
            looked++;
            if (Crc32.Of(typed) == BinaryPrimitives.ReadUInt32BigEndian(file[(at - 4)..]) && Parse(typed[..4], typed[4..]) is { } chunk)
                found.Add(chunk);
        }
        return found;
    }

    private static bool IsText(ReadOnlySpan<byte> type) => type.SequenceEqual("tEXt"u8) || type.SequenceEqual("zTXt"u8)
        || type.SequenceEqual("iTXt"u8);

    private static PngTextChunk? Parse(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf((byte)0);
        if (end is < 1 or > MaxKeyword) return null;
        var keyword = Encoding.Latin1.GetString(data[..end]);
        var rest = data[(end + 1)..];
        if (type.SequenceEqual("tEXt"u8)) return new(keyword, Latin1OrUtf8(Checked(keyword, rest)));
        // Method 0 is the only one that there is.
        if (type.SequenceEqual("zTXt"u8)) return rest.Length > 1 && rest[0] == 0 ? Packed(keyword, rest[1..], Latin1OrUtf8) : null;
        if (rest.Length < 2) return null;
        var isPacked = rest[0] == 1;
        if (rest[0] > 1 || rest[1] != 0) return null;
        rest = rest[2..];
        for (var i = 0; i < 2; i++)
        {
            // The language and the translated keyword.
            var next = rest.IndexOf((byte)0);
            if (next < 0) return null;
            rest = rest[(next + 1)..];
        }
        return isPacked ? Packed(keyword, rest, Encoding.UTF8.GetString) : new(keyword, Encoding.UTF8.GetString(Checked(keyword, rest)));
    }

    // Latin-1 by the specification; many programs write UTF-8 all the same.
    private static string Latin1OrUtf8(ReadOnlySpan<byte> text)
        => System.Text.Unicode.Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : Encoding.Latin1.GetString(text);

    private static ReadOnlySpan<byte> Checked(string keyword, ReadOnlySpan<byte> text)
        => text.Length <= MaxText ? text : throw TooLong(keyword);

    private delegate string Decoding(ReadOnlySpan<byte> bytes);

    private static PngTextChunk? Packed(string keyword, ReadOnlySpan<byte> packed, Decoding decode)
    {
        using var unpacked = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        var text = new byte[MaxText + 1];
        try
        {
            var length = unpacked.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return length <= MaxText ? new(keyword, decode(text.AsSpan(0, length))) : throw TooLong(keyword);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static PlaygroundException TooLong(string keyword)
        => new($"The image's text \"{Printable(keyword)}\" is longer than {MaxText >> 10} KiB, so it is no recipe.");

    private static string Printable(string keyword) => new([.. keyword.Select(c => char.IsControl(c) ? '\uFFFD' : c)]);
}
