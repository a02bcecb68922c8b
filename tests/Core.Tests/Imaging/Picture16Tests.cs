using NetVips;
using Playground.Core;
using Playground.Core.Imaging;

namespace Core.Tests.Imaging;

public sealed class Picture16Tests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Sixteen_bits_come_back_from_png_bit_for_bit(int channels)
    {
        var random = new Random(4);
        ushort[] values = [.. Enumerable.Range(0, 9 * 7 * channels).Select(_ => (ushort)random.Next(65536))];

        var png = PngFile.Encode16(new Picture16(9, 7, channels, values), new Dictionary<string, string> { ["recipe"] = "{}" });
        var back = PictureFile.Decode16(png);

        Assert.Equal(16, png[24]);
        Assert.Equal((9, 7, channels), (back.Height, back.Width, back.Channels));
        Assert.Equal(values, back.Values);
        Assert.Equal("{}", PngFile.ReadText(png)["recipe"]);
        Assert.Equal(values.Select(v => (byte)(v >> 8)), PictureFile.Decode(png).Pixels);
    }

    [Fact]
    public void Eight_bits_are_spread_over_the_range()
    {
        var png = PngFile.Encode(new PictureBatch(1, 1, 3, 1, [0, 100, 255]));

        Assert.Equal<ushort>([0, 25700, 65535], PictureFile.Decode16(png).Values);
    }

    [Fact]
    public void Transparent_parts_are_laid_over_white()
    {
        ushort[] pixels = [1000, 2000, 3000, 0, 1000, 2000, 3000, 65535];
        using var values = Image.NewFromMemory(pixels, width: 2, height: 1, bands: 4, Enums.BandFormat.Ushort);
        using var image = values.Copy(interpretation: Enums.Interpretation.Rgb16);

        Assert.Equal<ushort>([65535, 65535, 65535, 1000, 2000, 3000], PictureFile.Decode16(image.PngsaveBuffer()).Values);
    }

    [Fact]
    public void Values_that_do_not_fit_the_shape_are_refused()
        => Assert.Throws<PlaygroundException>(() => new Picture16(2, 2, 3, new ushort[4]));
}
