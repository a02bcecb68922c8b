using System.Buffers.Binary;
using System.Text;
using Playground.Core;
using Playground.Core.Imaging;

namespace Core.Tests.Imaging;

public sealed class PictureFormatTests
{
    public static TheoryData<string, byte[]> NotRead => new()
    {
        { "BMP", Bitmap() },
        { "PGM or PPM", [.. "P5\n2 2\n255\n"u8, 1, 2, 3, 4] },
        { "PGM or PPM", [.. "P3 # made by hand\n1 1 255 9 9 9"u8] },
        { "HEIC", Brands("heic", "mif1", "heic") },
        { "HEIC", Brands("mif1", "mif1", "heic") },
        { "JPEG XL", [0xFF, 0x0A, 0xFA, 0x1F, 0x01, 0x90] },
        { "JPEG 2000", [0, 0, 0, 12, .. "jP  \r\n"u8, 0x87, 0x0A] },
        { "Photoshop (PSD)", [.. "8BPS\0\u0001"u8] },
    };

    [Theory]
    [MemberData(nameof(NotRead))]
    public void A_format_that_is_not_read_is_refused_by_its_name_and_with_what_to_do(string name, byte[] file)
    {
        var e = Assert.Throws<PlaygroundException>(() => PictureFile.Decode(file));

        Assert.Contains($"a {name} image, which is not read; save it as PNG", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BMW is a maker of cars, and this is a text of more than eighteen letters")]
    [InlineData("P3 is a particle in a table of particles")]
    [InlineData("....ftypisomavc1")]
    public void A_text_or_a_film_is_no_image(string content) => Assert.Null(PictureFormat.Of(Encoding.ASCII.GetBytes(content)));

    [Fact]
    public void A_file_whose_major_brand_is_a_container_is_AVIF_when_it_says_so_further_on()
        => Assert.Equal("AVIF", PictureFormat.Of(Brands("mif1", "miaf", "avif"))!.Name);

    [Fact]
    public void No_beginning_of_a_file_is_taken_for_another_format()
    {
        foreach (var file in NotRead.Select(row => row.Data.Item2))
            for (var length = 0; length <= file.Length; length++)
                Assert.False(PictureFormat.Of(file.AsSpan(0, length)) is { IsRead: true });
    }

    private static byte[] Bitmap()
    {
        var file = new byte[54 + 4];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        return file;
    }

    private static byte[] Brands(string major, params string[] compatible)
    {
        var others = Encoding.ASCII.GetBytes(string.Concat(compatible));
        byte[] box = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes("ftyp" + major), 0, 0, 0, 0, .. others];
        box[3] = (byte)box.Length;
        return box;
    }
}
