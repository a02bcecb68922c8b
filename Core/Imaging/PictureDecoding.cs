using NetVips;
using static NetVips.Enums.Interpretation;

namespace Playground.Core.Imaging;

/// <summary>
/// From libvips's images to bytes in gray or sRGB. An ordinary file costs no libvips operation beyond its loader: alpha, CMYK and gray
/// are computed on the bytes, as Pillow computes them. Only to be used within <see cref="ImagingLibrary.Read"/>.
/// </summary>
internal static class PictureDecoding
{
    // libvips hands an image to a thread of its own to evaluate it, which for the smallest takes longer than decoding them; a region is
    // evaluated at once. Of files above this size it would hold all pixels at a time, where the thread goes from strip to strip.
    private const int MostPixelsAtOnce = 256 * 256;

    /// <summary>The whole image, turned as its EXIF orientation says.</summary>
    /// <param name="image">One frame.</param>
    /// <param name="channels">1 for gray, 3 for sRGB; null: gray stays gray.</param>
    public static PictureBatch Upright(Image image, int? channels)
    {
        using var turned = Turned(image);
        return ToBatch(turned ?? image, 1, channels, Pixels(image));
    }

    /// <summary>The whole image with 16 bits a channel, turned as its EXIF orientation says; 8 bits are spread over the range.</summary>
    public static Picture16 Upright16(Image image)
    {
        if (image.Format != Enums.BandFormat.Ushort)
        {
            var bytes = Upright(image, null);
            return new Picture16(bytes.Height, bytes.Width, bytes.Channels, Array.ConvertAll(bytes.Pixels, value => (ushort)(value * 257)));
        }
        using var turned = Turned(image);
        using var inSrgb = HasProfile(image) ? (turned ?? image).IccTransform("srgb", embedded: true, depth: 16) : null;
        using var plain = (inSrgb ?? turned ?? image).Colourspace(image.Bands <= 2 ? Grey16 : Rgb16);
        using var flat = plain.HasAlpha() ? plain.Flatten(background: [ushort.MaxValue], maxAlpha: ushort.MaxValue) : null;
        var result = flat ?? plain;
        return new Picture16(result.Height, result.Width, result.Bands, result.WriteToMemory<ushort>());
    }

    /// <summary>
    /// The image scaled to a square, or another height, by <paramref name="fit"/>; for <see cref="PictureFit.Pad"/> without its margins.
    /// </summary>
    public static PictureBatch Fitted(OpenedPicture opened, int side, PictureFit fit, int? channels, int? height = null)
    {
        if (opened.Image.Interpretation == Cmyk && !HasProfile(opened.Image))
        {
            // libvips would scale CMYK by way of a profile of its own; the colors are to be those of the image at its full size.
            var whole = Upright(opened.Image, 3);
            var (size, crop) = fit.ToThumbnail();
            using var image = ToImage(whole);
            using var scaled = image.ThumbnailImage(side, height: height ?? side, size: size, crop: crop);
            return ToBatch(scaled, 1, channels, Pixels(image));
        }
        using var fitted = opened.LoadFitted(side, fit, height);
        return ToBatch(fitted, 1, channels, Pixels(opened.Image));
    }

    /// <summary>The pixels in gray or sRGB.</summary>
    /// <param name="image">One or more frames of one size, one below the other.</param>
    /// <param name="count">Frames.</param>
    /// <param name="channels">1 for gray, 3 for sRGB; null: gray stays gray.</param>
    /// <param name="sourcePixels">Pixels of the file that are decoded for it.</param>
    public static PictureBatch ToBatch(Image image, int count, int? channels, long sourcePixels)
    {
        using var inSrgb = HasProfile(image) ? image.IccTransform("srgb", embedded: true) : null;
        using var bytes = ToBytes(inSrgb ?? image);
        var result = bytes ?? inSrgb ?? image;
        if (result.Bands > 4)
            throw new PlaygroundException($"The image has {result.Bands} channels; gray, RGB and CMYK can be read, with or without alpha.");
        var layout = result.Interpretation == Cmyk ? PixelLayout.Cmyk : (PixelLayout)result.Bands;
        return layout.ToBatch(Evaluate(result, sourcePixels), count, result.Height / count, result.Width, channels);
    }

    /// <summary>Images one below the other over the batch's own bytes, which stay pinned until it is disposed.</summary>
    public static Image ToImage(PictureBatch pictures)
    {
        var (height, width, channels) = (pictures.Height * pictures.Count, pictures.Width, pictures.Channels);
        return Image.NewFromMemory(pictures.Pixels, width, height, channels, Enums.BandFormat.Uchar);
    }

    /// <summary>Pixels of an image.</summary>
    public static long Pixels(Image image) => (long)image.Width * image.Height;

    // Null when it stands upright. Turned, it is no longer read from top to bottom, so it is decoded first.
    private static Image? Turned(Image image)
    {
        if (!image.Contains("orientation") || image.Get("orientation") is not int orientation || orientation == 1) return null;
        using var decoded = image.CopyMemory();
        return decoded.Autorot();
    }

    // Profiles of gray files say little more than a gamma near sRGB's, and are passed over.
    private static bool HasProfile(Image image) => image.Bands >= 3 && image.Contains("icc-profile-data");

    /// <summary>An image of bytes in gray, sRGB or CMYK; null when it is one already.</summary>
    private static Image? ToBytes(Image image)
    {
        if (image.Format == Enums.BandFormat.Uchar && image.Interpretation is Bw or Srgb or Cmyk) return null;
        // The high bytes; libvips's own way from 16-bit gray to 8 bits is another.
        if (image.Format == Enums.BandFormat.Ushort && image.Interpretation is Grey16 or Rgb16 or Cmyk)
            return image.Cast(Enums.BandFormat.Uchar, shift: true);
        using var converted = image.Colourspace(image.Bands <= 2 ? Bw : Srgb);
        return converted.Cast(Enums.BandFormat.Uchar);
    }

    private static byte[] Evaluate(Image image, long sourcePixels)
    {
        if (sourcePixels > MostPixelsAtOnce) return image.WriteToMemory<byte>();
        using var region = Region.New(image);
        return region.Fetch(0, 0, image.Width, image.Height);
    }
}
