using Playground.Core;
using Playground.Core.Imaging;

namespace Core.Tests.Imaging;

public sealed class PictureBatchTests
{
    [Fact]
    public void Grid_lays_pictures_in_rows_with_gaps_of_black()
    {
        var batch = new PictureBatch(3, 1, 2, 1, [1, 2, 3, 4, 5, 6]);

        var grid = PictureBatch.Grid(batch, columns: 2, gap: 1);

        Assert.Equal((1, 3, 5, 1), (grid.Count, grid.Height, grid.Width, grid.Channels));
        Assert.Equal<byte>([1, 2, 0, 3, 4, /**/ 0, 0, 0, 0, 0, /**/ 5, 6, 0, 0, 0], grid.Pixels);
    }

    [Fact]
    public void Grid_is_no_wider_than_its_pictures() =>
        Assert.Equal(2, PictureBatch.Grid(new PictureBatch(1, 1, 2, 3, new byte[6]), columns: 8).Width);

    [Fact]
    public void An_index_takes_one_picture_out_of_the_batch() =>
        Assert.Equal<byte>([3, 4], new PictureBatch(2, 1, 2, 1, [1, 2, 3, 4])[1].Pixels);

    [Theory]
    [InlineData(1, 2, 2, 1, 3)]
    [InlineData(1, 2, 2, 2, 8)]
    [InlineData(-1, -2, 2, 1, 4)]
    public void Bytes_that_do_not_fit_the_shape_are_refused(int count, int height, int width, int channels, int bytes) =>
        Assert.Throws<PlaygroundException>(() => new PictureBatch(count, height, width, channels, new byte[bytes]));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Enlarged_every_pixel_is_a_square_of_its_own_color(int channels)
    {
        var small = new PictureBatch(2, 2, 3, channels, [.. Enumerable.Range(0, 12 * channels).Select(i => (byte)i)]);
        var large = small.Enlarge(3);
        Assert.Equal((2, 6, 9, channels), (large.Count, large.Height, large.Width, large.Channels));
        for (var n = 0; n < 2; n++)
            for (var y = 0; y < 6; y++)
                for (var x = 0; x < 9; x++)
                    for (var c = 0; c < channels; c++)
                        Assert.Equal(small.Pixels[((n * 2 + y / 3) * 3 + x / 3) * channels + c],
                            large.Pixels[((n * 6 + y) * 9 + x) * channels + c]);
        Assert.Same(small, small.Enlarge(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => small.Enlarge(0));
    }
}
