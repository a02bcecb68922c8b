using System.Buffers.Binary;
using System.Text;
using Playground.Core;
using Playground.Core.Imaging;

namespace Core.Tests.Imaging;

public sealed class PngFileTests
{
    [Theory]
    [InlineData(28, 28, 1)]
    [InlineData(5, 7, 3)]
    [InlineData(512, 512, 3)]
    public void A_picture_comes_back_from_png_bit_for_bit(int height, int width, int channels)
    {
        var pixels = new byte[height * width * channels];
        new Random(1).NextBytes(pixels);

        var png = PngFile.Encode(new PictureBatch(1, height, width, channels, pixels));
        var back = PictureFile.Decode(png);

        Assert.Equal<byte>([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal((1, height, width, channels), (back.Count, back.Height, back.Width, back.Channels));
        Assert.Equal(pixels, back.Pixels);
    }

    [Theory]
    [InlineData("Steps: 50, Sampler: DDIM, Seed: 7")]
    [InlineData("a line\nand 数字 beyond Latin")]
    public void The_text_comes_back(string text)
    {
        var png = PngFile.Encode(Grey(), new Dictionary<string, string> { ["parameters"] = text, ["recipe"] = "{}" });

        Assert.Equal(text, PngFile.ReadText(png)["parameters"]);
        Assert.Equal("{}", PngFile.ReadText(png)["recipe"]);
    }

    [Fact]
    public void A_recipe_stands_in_a_plain_text_chunk_before_the_pixels()
    {
        var png = PngFile.Encode(Grey(), new Dictionary<string, string> { ["parameters"] = "Steps: 50" });

        var chunks = Chunks(png).ToList();
        var text = chunks.FindIndex(chunk => chunk.Type is "tEXt" or "iTXt");
        Assert.InRange(text, 1, chunks.FindIndex(chunk => chunk.Type == "IDAT") - 1);
        Assert.StartsWith("parameters\0", chunks[text].Data);
        Assert.EndsWith("Steps: 50", chunks[text].Data);
    }

    [Fact]
    public void A_batch_of_two_is_not_one_png() =>
        Assert.Throws<PlaygroundException>(() => PngFile.Encode(new PictureBatch(2, 1, 1, 1, new byte[2])));

    [Fact]
    public void A_keyword_that_png_does_not_allow_is_refused() =>
        Assert.Throws<PlaygroundException>(() => PngFile.Encode(Grey(), new Dictionary<string, string> { ["a\nb"] = "" }));

    private static PictureBatch Grey() => new(1, 2, 2, 1, [0, 1, 2, 3]);

    private static IEnumerable<(string Type, string Data)> Chunks(byte[] png)
    {
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            yield return (Encoding.ASCII.GetString(png, at + 4, 4), Encoding.Latin1.GetString(png, at + 8, length));
            at += length + 12;
        }
    }
}
