using System.Text;
using NetVips;
using Playground.Core;
using Playground.Core.Imaging;

namespace Core.Tests.Imaging;

public sealed class PictureFileTests
{
    // An EXIF segment with orientation 6: to be turned a quarter clockwise before it is shown.
    private static readonly byte[] TurnClockwise =
    [
        0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0,
        (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
    ];

    [Fact]
    public void A_picture_is_turned_upright_by_its_exif_orientation()
    {
        var pixels = new byte[16 * 32];
        pixels.AsSpan(0, 8 * 32).Fill(255); // the upper half is white
        var jpeg = Made(pixels, width: 32, height: 16, bands: 1, ".jpg[Q=95,keep=none]");
        jpeg = [.. jpeg[..2], .. TurnClockwise, .. jpeg[2..]];

        var picture = PictureFile.Decode(jpeg);

        Assert.Equal((32, 16), (picture.Height, picture.Width));
        Assert.True(picture.Pixels[15] > 200, "the right edge is white");
        Assert.True(picture.Pixels[0] < 50, "the left edge is black");
        Assert.Equal(255, PictureFile.Decode(jpeg, size: 8).Pixels[7], tolerance: 20);
    }

    [Fact]
    public void Sixteen_bit_grey_becomes_eight_bits_of_the_same_brightness()
    {
        var png = Made([0, 64, 128, 255], width: 2, height: 2, bands: 1, ".png[bitdepth=16]");
        Assert.Equal(16, png[24]);

        Assert.Equal<byte>([0, 64, 128, 255], PictureFile.Decode(png).Pixels);
    }

    [Fact]
    public void Transparent_parts_are_laid_over_white()
    {
        var png = Made([10, 20, 30, 0, 10, 20, 30, 255], width: 2, height: 1, bands: 4, ".png");

        Assert.Equal<byte>([255, 255, 255, 10, 20, 30], PictureFile.Decode(png).Pixels);
    }

    [Fact]
    public void A_size_scales_the_shorter_side_and_cuts_the_centre()
    {
        var pixels = new byte[20 * 60];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i % 60 is >= 20 and < 40 ? 200 : 0); // the middle third is light

        var picture = PictureFile.Decode(Made(pixels, width: 60, height: 20, bands: 1, ".png"), size: 10);

        Assert.Equal((10, 10, 1), (picture.Height, picture.Width, picture.Channels));
        Assert.Equal(200, picture.Pixels[55], tolerance: 2);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    public void Grey_and_colour_are_converted_when_asked_for(int from, int to)
    {
        var png = PngFile.Encode(new PictureBatch(1, 2, 2, from, [.. Enumerable.Repeat((byte)100, 4 * from)]));

        var picture = PictureFile.Decode(png, channels: to);

        Assert.Equal(to, picture.Channels);
        Assert.All(picture.Pixels, value => Assert.Equal(100, value, tolerance: 1));
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    [InlineData(".webp")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    [InlineData(".avif")]
    public void A_truncated_file_is_refused(string suffix)
    {
        var pixels = new byte[64 * 64 * 3];
        new Random(2).NextBytes(pixels);
        var file = Made(pixels, width: 64, height: 64, bands: 3, suffix);
        Assert.Equal(64, PictureFile.Decode(file).Width);

        Assert.Throws<PlaygroundException>(() => PictureFile.Decode(file[..(file.Length / 2)]));
        Assert.Throws<PlaygroundException>(() => PictureFile.Decode(file[..(file.Length / 2)], size: 16));
    }

    [Fact]
    public void An_oversized_picture_is_refused_by_its_header_alone()
    {
        var png = PngFile.Encode(new PictureBatch(1, 5000, 1, 1, new byte[5000]));

        // Cut in the pixels: decoding any would fail with other words.
        var e = Assert.Throws<PlaygroundException>(() => PictureFile.Decode(png[..64]));

        Assert.Contains("1 x 5000", e.Message);
        Assert.Contains("4096 x 4096", e.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("only words, whatever the name of the file says")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")]
    public void A_file_that_is_not_a_picture_is_refused(string content)
    {
        var e = Assert.Throws<PlaygroundException>(() => PictureFile.Decode(Encoding.UTF8.GetBytes(content)));
        Assert.Contains("PNG, JPEG", e.Message);
    }

    [Theory]
    [InlineData(PictureFit.Centre, 255, 255)]
    [InlineData(PictureFit.Squash, 0, 255)]
    [InlineData(PictureFit.Pad, 0, 0)]
    public void A_wide_picture_becomes_a_square_as_it_is_told(PictureFit fit, int left, int top)
    {
        // Black, white, black from left to right; the white in the middle half.
        var pixels = new byte[16 * 32];
        for (var y = 0; y < 16; y++) pixels.AsSpan(y * 32 + 8, 16).Fill(255);
        var square = PictureFile.Decode(PngFile.Encode(new PictureBatch(1, 16, 32, 1, pixels)), size: 8, fit: fit);
        Assert.Equal((8, 8), (square.Width, square.Height));
        Assert.Equal(left, square.Pixels[3 * 8], tolerance: 20); // the left edge, half way down
        Assert.Equal(top, square.Pixels[4], tolerance: 20); // the upper edge, in the middle
        Assert.Equal(255, square.Pixels[3 * 8 + 4], tolerance: 20);
    }

    [Fact]
    public void A_picture_of_the_size_that_is_wanted_keeps_every_pixel()
    {
        var pixels = new byte[28 * 28 * 3];
        new Random(3).NextBytes(pixels);
        var png = PngFile.Encode(new PictureBatch(1, 28, 28, 3, pixels));
        foreach (var fit in Enum.GetValues<PictureFit>()) Assert.Equal(pixels, PictureFile.Decode(png, size: 28, fit: fit).Pixels);
    }

    [Theory]
    [InlineData("p3", ".png")]
    [InlineData("p3", ".jpg[Q=100]")]
    [InlineData("cmyk", ".jpg[Q=100]")]
    [InlineData("cmyk", ".tif")]
    public void A_profile_is_turned_into_sRGB(string profile, string suffix)
    {
        byte[] color = [100, 160, 100];
        using var image = Uniform(color);
        using var tagged = image.IccTransform(profile, inputProfile: "srgb");
        Assert.NotEqual(color, tagged.WriteToMemory<byte>()[..3]);
        var file = tagged.WriteToBuffer(suffix);

        foreach (var picture in new[] { PictureFile.Decode(file), PictureFile.Decode(file, size: 5) })
            Assert.All(color.Zip(picture.Pixels), pair => Assert.Equal(pair.First, pair.Second, tolerance: 2));
    }

    [Fact]
    public void A_profile_that_cannot_be_read_is_passed_over()
    {
        using var image = Uniform([10, 20, 30]);
        var jpeg = image.JpegsaveBuffer(q: 100, keep: Enums.ForeignKeep.None);
        byte[] profile = [.. "ICC_PROFILE\0\u0001\u0001"u8, .. "no profile, though marked as one, and of a length that one may have"u8];
        byte[] file = [.. jpeg[..2], 0xFF, 0xE2, 0, (byte)(profile.Length + 2), .. profile, .. jpeg[2..]];

        foreach (var picture in new[] { PictureFile.Decode(file), PictureFile.Decode(file, size: 5) })
            Assert.All(picture.Pixels[..3].Zip([10, 20, 30]), pair => Assert.Equal(pair.Second, pair.First, tolerance: 1));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(40, true)]
    public void A_gif_may_lack_its_trailer_but_nothing_before_it(int missing, bool isRefused)
    {
        var frames = new PictureBatch(3, 16, 16, 1, [.. Enumerable.Range(0, 3 * 256).Select(i => (byte)(i * 7))]);
        var gif = AnimationFile.EncodeGif(frames, AnimationFile.MinDelay)[..^missing];

        if (isRefused) Assert.Contains("cut off", Assert.Throws<PlaygroundException>(() => PictureFile.Decode(gif)).Message);
        else Assert.Equal(3, PictureFile.ReadHeader(gif).Frames);
    }

    private static Image Uniform(byte[] color)
    {
        using var image = Image.NewFromMemory([.. Enumerable.Repeat(color, 100).SelectMany(c => c)], 10, 10, 3, Enums.BandFormat.Uchar);
        return image.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private static byte[] Made(byte[] pixels, int width, int height, int bands, string suffix)
    {
        using var image = Image.NewFromMemory(pixels, width, height, bands, Enums.BandFormat.Uchar);
        return image.WriteToBuffer(suffix);
    }
}
