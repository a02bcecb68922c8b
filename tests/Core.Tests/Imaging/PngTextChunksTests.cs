using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Playground.Core.Imaging;

namespace Playground.Core.Tests.Imaging;

/// <summary>Text out of PNG files that anybody may have made.</summary>
public sealed class PngTextChunksTests
{
    private static readonly byte[] s_plain = PngFile.Encode(new(1, 2, 2, 1, [1, 2, 3, 4]));

    [Fact]
    public void What_is_written_is_read_in_any_writing()
    {
        var file = PngFile.Encode(new(1, 2, 2, 1, [1, 2, 3, 4]),
            new Dictionary<string, string> { ["parameters"] = "a", ["other"] = "九 ∅" });
        Assert.Equal([new("parameters", "a"), new("other", "九 ∅")], PngTextChunks.Read(file).ToArray());
        Assert.Empty(PngTextChunks.Read(s_plain));
    }

    [Fact]
    public void All_three_kinds_of_text_chunks_are_read_packed_or_not()
    {
        var packed = Packed(Encoding.UTF8.GetBytes("größer"));
        var file = With(Chunk("tEXt", [.. "one\0"u8, .. Encoding.Latin1.GetBytes("größer")]), Chunk("zTXt", [.. "two\0\0"u8, .. packed]),
            Chunk("iTXt", [.. "three\0\u0001\0de\0drei\0"u8, .. packed]), Chunk("iTXt", [.. "four\0\0\0\0\0"u8, .. "größer"u8]));
        Assert.Equal(["one", "two", "three", "four"], PngTextChunks.Read(file).Select(c => c.Keyword));
        Assert.All(PngTextChunks.Read(file), c => Assert.Equal("größer", c.Text));
    }

    [Fact]
    public void Damaged_and_senseless_chunks_are_left_out_and_the_others_are_read()
    {
        var bad = Chunk("tEXt", "one\0wrong"u8);
        bad[^1] ^= 1;
        var file = With(bad, Chunk("tEXt", "no end of a keyword"u8), Chunk("tEXt", "\0nameless"u8), Chunk("zTXt", "two\0\0not packed"u8),
            Chunk("zTXt", "three\0\u0007"u8), Chunk("iTXt", "four\0"u8), Chunk("iTXt", "five\0\u0009\0\0\0x"u8), Chunk("tEXt",
                "last\0here"u8));
        Assert.Equal([new("last", "here")], PngTextChunks.Read(file).ToArray());
    }

    [Fact]
    public void A_file_cut_off_anywhere_gives_what_is_whole_and_never_fails()
    {
        var file = With(Chunk("tEXt", "one\0a"u8), Chunk("iTXt", "two\0\0\0\0\0b"u8));
        for (var length = 8; length <= file.Length; length++) Assert.True(PngTextChunks.Read(file.AsSpan(0, length)).Count <= 2);
        // A length that no file has.
        var lying = With();
        BinaryPrimitives.WriteUInt32BigEndian(lying.AsSpan(33), uint.MaxValue);
        Assert.Empty(PngTextChunks.Read(lying));
    }

    [Fact]
    public void Too_much_text_is_refused_before_it_takes_memory()
    {
        var bomb = Packed(new byte[50 << 20]);
        Assert.Contains("longer than 64 KiB", Assert.Throws<PlaygroundException>(
            () => PngTextChunks.Read(With(Chunk("zTXt", [.. "parameters\0\0"u8, .. bomb])))).Message, StringComparison.Ordinal);
        Assert.Throws<PlaygroundException>(() =>
            PngTextChunks.Read(With(Chunk("tEXt", [.. "a\0"u8, .. new byte[PngTextChunks.MaxText + 1]]))));
        var many = Enumerable.Range(0, 200).Select(i => Chunk("tEXt", Encoding.ASCII.GetBytes($"k{i}\0v"))).ToArray();
        Assert.Equal(PngTextChunks.MaxChunks, PngTextChunks.Read(With(many)).Count);
    }

    [Fact]
    public void What_is_no_PNG_file_is_said_to_be_none()
        => Assert.Contains("not a PNG", Assert.Throws<PlaygroundException>(() => PngTextChunks.Read("GIF89a"u8)).Message,
            StringComparison.Ordinal);

    // Behind the header, as they mostly are.
    private static byte[] With(params byte[][] chunks) => [.. s_plain[..33], .. chunks.SelectMany(c => c), .. s_plain[33..]];

    private static byte[] Chunk(string type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4), Crc32.Of(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    private static byte[] Packed(byte[] text)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(text);
        return packed.ToArray();
    }
}
