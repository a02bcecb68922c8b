using Playground.Vips;

namespace Playground.Core.Imaging;

/// <summary>Reads PNG, JPEG, WebP, GIF (its first frame), TIFF and AVIF files.</summary>
public static class PictureFile
{
    private const string Kinds = "PNG, JPEG, WebP, GIF, TIFF and AVIF";
    private static readonly (string Loader, string Title)[] Loaders = [("Png", "PNG"), ("Jpeg", "JPEG"), ("Webp", "WebP"), ("Nsgif", "GIF"), ("Tiff", "TIFF"), ("Heif", "AVIF")];

    /// <summary>
    /// Decodes a picture to 8 bits a channel: upright by EXIF, its profile turned into sRGB, transparent parts laid over white.
    /// </summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="size">Both sides of the result, 1..4096; null: as it is.</param>
    /// <param name="channels">1 for grey, 3 for sRGB; null: grey stays grey.</param>
    /// <param name="limits">What the file may be; the defaults when null.</param>
    /// <param name="fit">How it is made square when a size is given.</param>
    /// <returns>A batch of one picture.</returns>
    /// <exception cref="PlaygroundException">Not a picture, a damaged or truncated one, or one beyond the limits.</exception>
    public static PictureBatch Decode(byte[] file, int? size = null, int? channels = null, PictureLimits? limits = null, PictureFit fit = PictureFit.Centre)
    {
        if (channels is not (null or 1 or 3))
            throw new PlaygroundException($"{channels} channels were asked for: 1 (grey) or 3 (sRGB) can be had.");
        if (size is < 1 or > 4096)
            throw new PlaygroundException($"The size {size} is not within 1..4096.");
        try
        {
            var header = ReadHeader(file, limits);
            using var source = VipsSource.FromBytes(file);
            using var opened = size is { } side && (header.Width != side || header.Height != side) ? OpenFitted(source, side, fit) : OpenUpright(source);
            var picture = ToBatch(opened, channels);
            return size is { } square && fit == PictureFit.Pad ? Pad(picture, square) : picture;
        }
        catch (VipsException e)
        {
            throw new PlaygroundException($"The picture is damaged or cut off: {e.Message}. Upload the original again.", e);
        }
    }

    /// <summary>What the header says, before any pixel is decoded.</summary>
    /// <exception cref="PlaygroundException">Not a picture, a damaged header, or one beyond the limits.</exception>
    public static PictureHeader ReadHeader(byte[] file, PictureLimits? limits = null)
    {
        try
        {
            return CheckHeader(file, limits ?? new PictureLimits());
        }
        catch (VipsException e)
        {
            throw new PlaygroundException($"The picture is damaged or cut off: {e.Message}. Upload the original again.", e);
        }
    }

    private static PictureHeader CheckHeader(byte[] file, PictureLimits limits)
    {
        if (file.Length > limits.MaxBytes)
            throw new PlaygroundException($"The picture file has {file.Length:N0} bytes; the limit is {limits.MaxBytes:N0}.");
        if (file.Length == 0)
            throw new PlaygroundException($"The file is empty, and not a picture: {Kinds} can be read.");
        using var source = VipsSource.FromBytes(file);
        if (source.FindLoader() is not { } loader || Loaders.FirstOrDefault(kind => loader == $"VipsForeignLoad{kind.Loader}Source").Title is not { } format)
            throw new PlaygroundException($"The file is not a picture of a kind that can be read, whatever its name says: {Kinds} can be read.");
        using var header = VipsImage.Open(source);
        if (header.Width > limits.MaxWidth || header.Height > limits.MaxHeight || (long)header.Width * header.Height > limits.MaxPixels)
        {
            throw new PlaygroundException(
                $"The picture is {header.Width} x {header.Height}; the limit is {limits.MaxWidth} x {limits.MaxHeight} and {limits.MaxPixels:N0} pixels: make it smaller first.");
        }
        return new PictureHeader(format, header.Width, header.Height, header.Bands, header.HasAlpha);
    }

    private static VipsImage OpenFitted(VipsSource source, int side, PictureFit fit) => fit switch
    {
        PictureFit.Centre => VipsImage.Thumbnail(source, side, side),
        PictureFit.Squash => VipsImage.Stretch(source, side, side),
        _ => VipsImage.FitInside(source, side, side),
    };

    private static PictureBatch Pad(PictureBatch picture, int side)
    {
        if (picture.Width == side && picture.Height == side) return picture;
        var pixels = new byte[side * side * picture.Channels];
        var (top, left, line) = ((side - picture.Height) / 2, (side - picture.Width) / 2, picture.Width * picture.Channels);
        for (var y = 0; y < picture.Height; y++)
            picture.Pixels.AsSpan(y * line, line).CopyTo(pixels.AsSpan(((top + y) * side + left) * picture.Channels));
        return new PictureBatch(1, side, side, picture.Channels, pixels);
    }

    private static VipsImage OpenUpright(VipsSource source)
    {
        using var opened = VipsImage.Open(source);
        return opened.AutoRotate();
    }

    private static PictureBatch ToBatch(VipsImage picture, int? channels)
    {
        var grey = (channels ?? (picture.Bands <= 2 ? 1 : 3)) == 1;
        using var inSrgb = picture.HasProfile && picture.Bands >= 3 ? picture.ProfileToSrgb() : null;
        using var converted = (inSrgb ?? picture).ToColourSpace(grey ? VipsColourSpace.Grey : VipsColourSpace.Srgb);
        using var bytes = converted.ToBytes();
        using var flat = bytes.HasAlpha ? bytes.Flatten(255) : null;
        var result = flat ?? bytes;
        return new PictureBatch(1, result.Height, result.Width, result.Bands, result.ToPixels());
    }
}
