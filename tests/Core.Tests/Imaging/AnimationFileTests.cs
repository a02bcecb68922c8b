using Playground.Core;
using Playground.Core.Imaging;

namespace Core.Tests.Imaging;

public sealed class AnimationFileTests
{
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(80);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Frames_come_back_from_webp_nearly_as_they_were(int channels)
    {
        var frames = Moving(6, 24, 32, channels);

        var animation = AnimationFile.Read(AnimationFile.EncodeWebp(frames, s_delay, TimeSpan.FromSeconds(2), quality: 95), channels);

        Same(frames, animation, mean: 3);
        Assert.Equal([80, 80, 80, 80, 80, 2000], animation.Delays.Select(d => (int)d.TotalMilliseconds));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Frames_come_back_from_gif_with_the_colors_of_a_palette(int channels)
    {
        var frames = Moving(6, 24, 32, channels);

        var animation = AnimationFile.Read(AnimationFile.EncodeGif(frames, s_delay, TimeSpan.FromSeconds(2)), channels);

        Same(frames, animation, mean: 6);
        Assert.Equal([80, 80, 80, 80, 80, 2000], animation.Delays.Select(d => (int)d.TotalMilliseconds));
    }

    [Fact]
    public void One_frame_is_a_still_image()
    {
        var frame = Moving(1, 8, 8, 3);
        byte[][] files = [AnimationFile.EncodeWebp(frame, s_delay), AnimationFile.EncodeGif(frame, s_delay), PngFile.Encode(frame)];
        foreach (var file in files)
        {
            Assert.Equal(1, PictureFile.ReadHeader(file).Frames);
            Assert.Equal(1, AnimationFile.Read(file).Frames.Count);
        }
    }

    [Fact]
    public void Equal_frames_take_their_time_all_the_same()
    {
        var two = Moving(2, 16, 16, 3);
        var frames = PictureBatch.Concat([two[0], two[0], two[1], two[1]]);
        foreach (var file in new[] { AnimationFile.EncodeWebp(frames, s_delay), AnimationFile.EncodeGif(frames, s_delay) })
            Assert.Equal(320, AnimationFile.Read(file).Delays.Sum(d => d.TotalMilliseconds));
        Assert.Equal(4, AnimationFile.Read(AnimationFile.EncodeGif(frames, s_delay)).Frames.Count);
    }

    [Fact]
    public void Too_many_frames_or_pixels_are_refused_by_the_header_alone()
    {
        var file = AnimationFile.EncodeWebp(Moving(6, 24, 32, 3), s_delay);

        Refused("6 frames; the limit is 5", new AnimationLimits { MaxFrames = 5 });
        Refused("4,608 pixels; the limit is 4,607", new AnimationLimits { MaxPixels = 4607 });
        Refused("32 x 24; the limit is 31 x 4096", new AnimationLimits { Frame = new PictureLimits { MaxWidth = 31 } });
        Assert.Equal(6, AnimationFile.Read(file, limits: new AnimationLimits { MaxFrames = 6, MaxPixels = 4608 }).Frames.Count);

        void Refused(string words, AnimationLimits limits)
            => Assert.Contains(words, Assert.Throws<PlaygroundException>(() => AnimationFile.Read(file, limits: limits)).Message);
    }

    [Fact]
    public void What_an_animation_cannot_be_is_refused()
    {
        var frames = Moving(2, 8, 8, 3);
        foreach (var delay in new[] { TimeSpan.FromMilliseconds(19), TimeSpan.FromMinutes(11) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => AnimationFile.EncodeWebp(frames, delay));
            Assert.Throws<ArgumentOutOfRangeException>(() => AnimationFile.EncodeGif(frames, s_delay, delay));
        }
        Assert.Throws<PlaygroundException>(() => AnimationFile.EncodeGif(new PictureBatch(0, 8, 8, 3, []), s_delay));
        var wide = new PictureBatch(1, 1, 16384, 1, new byte[16384]);
        Assert.Contains("16,383", Assert.Throws<PlaygroundException>(() => AnimationFile.EncodeWebp(wide, s_delay)).Message);
    }

    // A light block that wanders over a slope.
    private static PictureBatch Moving(int count, int height, int width, int channels)
    {
        var pixels = new byte[count * height * width * channels];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (frame, y, x) = (i / (height * width * channels), i / (width * channels) % height, i / channels % width);
            pixels[i] = (byte)(y / 4 == frame % 4 && x / 4 == frame % 8 ? 240 : 4 * y + 2 * x);
        }
        return new PictureBatch(count, height, width, channels, pixels);
    }

    private static void Same(PictureBatch frames, Animation animation, double mean)
    {
        var back = animation.Frames;
        Assert.Equal((frames.Count, frames.Height, frames.Width), (back.Count, back.Height, back.Width));
        Assert.Equal(0, animation.Loops);
        for (var i = 0; i < frames.Count; i++)
            Assert.InRange(frames[i].Pixels.Zip(back[i].Pixels, (a, b) => Math.Abs(a - b)).Average(), 0, mean);
    }
}
