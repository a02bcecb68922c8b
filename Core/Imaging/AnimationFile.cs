using NetVips;

namespace Playground.Core.Imaging;

/// <summary>Reads and writes animated WebP and GIF files.</summary>
public static class AnimationFile
{
    /// <summary>The shortest time of a frame; browsers slow down shorter ones to a tenth of a second.</summary>
    public static readonly TimeSpan MinDelay = TimeSpan.FromMilliseconds(20);

    /// <summary>The longest time of a frame.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(10);

    private const int MaxWebpSide = 16383, MaxGifSide = 65535;

    /// <summary>Decodes all frames to 8 bits a channel, laid over white where they are transparent.</summary>
    /// <param name="file">The bytes of a WebP or GIF file; a file of another format that can be read has one frame.</param>
    /// <param name="channels">1 for gray, 3 for sRGB; null: gray stays gray.</param>
    /// <param name="limits">What the file may be; the defaults when null.</param>
    /// <exception cref="PlaygroundException">Not an image, a damaged or truncated one, or one beyond the limits.</exception>
    public static Animation Read(byte[] file, int? channels = null, AnimationLimits? limits = null)
    {
        if (channels is not (null or 1 or 3))
            throw new PlaygroundException($"{channels} channels were asked for: 1 (gray) or 3 (sRGB) can be had.");
        limits ??= new AnimationLimits();
        return ImagingLibrary.Read(() =>
        {
            using var opened = OpenedPicture.Open(file, limits.Frame);
            if (opened.Header is not { Format: "GIF" or "WebP" })
                return new Animation(PictureDecoding.Upright(opened.Image, channels), [TimeSpan.Zero], Loops: 1);
            var count = opened.Header.Frames;
            Check(opened.Header, limits);
            using var frames = opened.LoadFrames(count);
            var loops = frames.Contains("loop") && frames.Get("loop") is int times ? times : 1;
            var pixels = PictureDecoding.ToBatch(frames, count, channels, PictureDecoding.Pixels(frames));
            return new Animation(pixels, Delays(frames, count), loops);
        });
    }

    /// <summary>Encodes an animation without end as WebP, without metadata.</summary>
    /// <param name="frames">At least one frame.</param>
    /// <param name="delay">How long each frame is shown, <see cref="MinDelay"/> to <see cref="MaxDelay"/>.</param>
    /// <param name="lastDelay">How long the last one is; null: as the others.</param>
    /// <param name="quality">1..100; what is lost, where <paramref name="lossless"/> is false.</param>
    /// <param name="lossless">Keeps every pixel: enlarged ones stay crisp, and are smaller than with loss.</param>
    /// <exception cref="PlaygroundException">No frame, or a side beyond 16,383 pixels.</exception>
    public static byte[] EncodeWebp(PictureBatch frames, TimeSpan delay, TimeSpan? lastDelay = null, int quality = 80,
        bool lossless = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        return Encode("WebP", MaxWebpSide, frames, delay, lastDelay,
            image => image.WebpsaveBuffer(q: lossless ? 0 : quality, lossless: lossless, effort: lossless ? 0 : 2,
                keep: Enums.ForeignKeep.None));
    }

    /// <summary>Encodes an animation without end as GIF: at most 256 colors a frame, and times in hundredths of a second.</summary>
    /// <param name="frames">At least one frame.</param>
    /// <param name="delay">How long each frame is shown, <see cref="MinDelay"/> to <see cref="MaxDelay"/>.</param>
    /// <param name="lastDelay">How long the last one is; null: as the others.</param>
    /// <exception cref="PlaygroundException">No frame, or a side beyond 65,535 pixels.</exception>
    public static byte[] EncodeGif(PictureBatch frames, TimeSpan delay, TimeSpan? lastDelay = null)
    {
        // More effort than the least makes frames of noise no nearer and no smaller, and takes up to ten times as long.
        return Encode("GIF", MaxGifSide, frames, delay, lastDelay,
            image => image.GifsaveBuffer(effort: 1, keepDuplicateFrames: true, keep: Enums.ForeignKeep.None));
    }

    private static void Check(PictureHeader header, AnimationLimits limits)
    {
        if (header.Frames > limits.MaxFrames)
        {
            throw new PlaygroundException(
                $"The animation has {header.Frames:N0} frames; the limit is {limits.MaxFrames:N0}. Cut it shorter first.");
        }
        var pixels = (long)header.Width * header.Height * header.Frames;
        if (pixels > limits.MaxPixels)
        {
            throw new PlaygroundException(
                $"The animation's {header.Frames:N0} frames of {header.Width} x {header.Height} have {pixels:N0} pixels; "
                + $"the limit is {limits.MaxPixels:N0}. Make it smaller or shorter first.");
        }
    }

    private static TimeSpan[] Delays(Image frames, int count)
    {
        var milliseconds = frames.Contains("delay") ? frames.Get("delay") as int[] ?? [] : [];
        return [.. Enumerable.Range(0, count).Select(i => TimeSpan.FromMilliseconds(milliseconds.ElementAtOrDefault(i)))];
    }

    private static byte[] Encode(
        string format, int maxSide, PictureBatch frames, TimeSpan delay, TimeSpan? lastDelay, Func<Image, byte[]> save)
    {
        var last = lastDelay ?? delay;
        foreach (var time in (ReadOnlySpan<TimeSpan>)[delay, last])
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, MinDelay, nameof(delay));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(time, MaxDelay, nameof(delay));
        }
        if (frames.Count == 0) throw new PlaygroundException("An animation needs at least one frame; there is none.");
        if (Math.Max(frames.Width, frames.Height) > maxSide)
        {
            throw new PlaygroundException(
                $"A frame of {frames.Width} x {frames.Height} cannot be written as {format}: the limit is {maxSide:N0} pixels a side.");
        }
        int[] delays = [.. Enumerable.Repeat(Milliseconds(delay), frames.Count - 1), Milliseconds(last)];
        return ImagingLibrary.Write(format, () =>
        {
            using var stacked = PictureDecoding.ToImage(frames);
            using var image = stacked.Mutate(metadata =>
            {
                metadata.Set(GValue.GIntType, "page-height", frames.Height);
                metadata.Set(GValue.GIntType, "loop", 0);
                metadata.Set(GValue.ArrayIntType, "delay", delays);
            });
            return save(image);
        });
    }

    private static int Milliseconds(TimeSpan time) => (int)Math.Round(time.TotalMilliseconds);
}
