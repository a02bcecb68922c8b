using NetVips;

namespace Playground.Core.Imaging;

/// <summary>Reads PNG, JPEG, WebP, GIF, TIFF and AVIF files; of several frames or pages, the first.</summary>
public static class PictureFile
{
    /// <summary>
    /// Decodes an image to 8 bits a channel: upright by EXIF, its profile turned into sRGB, transparent parts laid over white. At its own
    /// size and without a profile it has the bytes that Pillow 9.4 makes: of JPEG in all its samplings, CMYK, palettes, gray from color.
    /// 16 bits become 8 by their high byte; gray ones too, which Pillow clips.
    /// </summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="size">Both sides of the result, 1..4096; null: as it is.</param>
    /// <param name="channels">1 for gray, 3 for sRGB; null: gray stays gray.</param>
    /// <param name="limits">What the file may be; the defaults when null.</param>
    /// <param name="fit">How it is made square when a size is given.</param>
    /// <returns>A batch of one image.</returns>
    /// <exception cref="PlaygroundException">Not an image, a damaged or truncated one, or one beyond the limits.</exception>
    public static PictureBatch Decode(
        byte[] file, int? size = null, int? channels = null, PictureLimits? limits = null, PictureFit fit = PictureFit.Centre)
    {
        if (channels is not (null or 1 or 3))
            throw new PlaygroundException($"{channels} channels were asked for: 1 (gray) or 3 (sRGB) can be had.");
        if (size is < 1 or > 4096)
            throw new PlaygroundException($"The size {size} is not within 1..4096.");
        return ImagingLibrary.Read(() =>
        {
            using var opened = OpenedPicture.Open(file, limits ?? new PictureLimits());
            if (size is not { } side || (opened.Header.Width == side && opened.Header.Height == side))
                return PictureDecoding.Upright(opened.Image, channels);
            var picture = PictureDecoding.Fitted(opened, side, fit, channels);
            return fit == PictureFit.Pad ? Pad(picture, side) : picture;
        });
    }

    /// <summary>Decodes an image as <see cref="Decode"/> does, to a width and a height of its own: scaled to cover both, the center cut
    /// out.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="width">1..4096.</param>
    /// <param name="height">1..4096.</param>
    /// <param name="channels">1 for gray, 3 for sRGB; null: gray stays gray.</param>
    /// <exception cref="PlaygroundException">Not an image, a damaged or truncated one, or one beyond the limits.</exception>
    public static PictureBatch DecodeTo(byte[] file, int width, int height, int? channels = null)
    {
        if (width == height) return Decode(file, width, channels);
        if (width is < 1 or > 4096 || height is < 1 or > 4096)
            throw new PlaygroundException($"The size {width} x {height} is not within 1..4096.");
        return ImagingLibrary.Read(() =>
        {
            using var opened = OpenedPicture.Open(file, new PictureLimits());
            return opened.Header.Width == width && opened.Header.Height == height
                ? PictureDecoding.Upright(opened.Image, channels)
                : PictureDecoding.Fitted(opened, width, PictureFit.Centre, channels, height);
        });
    }

    /// <summary>Decodes an image to 16 bits a channel, otherwise as <see cref="Decode"/>; 8 bits are spread over the range.</summary>
    /// <exception cref="PlaygroundException">Not an image, a damaged or truncated one, or one beyond the limits.</exception>
    public static Picture16 Decode16(byte[] file, PictureLimits? limits = null) => ImagingLibrary.Read(() =>
    {
        using var opened = OpenedPicture.Open(file, limits ?? new PictureLimits());
        return PictureDecoding.Upright16(opened.Image);
    });

    /// <summary>What the header says, before any pixel is decoded.</summary>
    /// <exception cref="PlaygroundException">Not an image, a damaged header, or one beyond the limits.</exception>
    public static PictureHeader ReadHeader(byte[] file, PictureLimits? limits = null) => ImagingLibrary.Read(() =>
    {
        using var opened = OpenedPicture.Open(file, limits ?? new PictureLimits());
        return opened.Header;
    });

    private static PictureBatch Pad(PictureBatch picture, int side)
    {
        if (picture.Width == side && picture.Height == side) return picture;
        var pixels = new byte[side * side * picture.Channels];
        var (top, left, line) = ((side - picture.Height) / 2, (side - picture.Width) / 2, picture.Width * picture.Channels);
        for (var y = 0; y < picture.Height; y++)
            picture.Pixels.AsSpan(y * line, line).CopyTo(pixels.AsSpan(((top + y) * side + left) * picture.Channels));
        return new PictureBatch(1, side, side, picture.Channels, pixels);
    }
}
