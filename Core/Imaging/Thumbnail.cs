using NetVips;

namespace Playground.Core.Imaging;

/// <summary>Images made small, for lists of them.</summary>
public static class Thumbnail
{
    /// <summary>Makes an image fit a square; one that fits it already keeps its size, and is left to the browser to enlarge.</summary>
    /// <param name="file">The image's file.</param>
    /// <param name="side">Most pixels of each side, 16..1024.</param>
    /// <param name="quality">1..100.</param>
    /// <returns>A WebP file without metadata.</returns>
    /// <exception cref="PlaygroundException">Not an image, a damaged one, or one beyond the limits.</exception>
    public static byte[] Encode(byte[] file, int side, int quality = 80)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, 1024);
        var picture = PictureFile.Decode(file);
        if (picture.Width <= side && picture.Height <= side) return WebpFile.Encode(picture, quality);
        return ImagingLibrary.Write("WebP", () =>
        {
            using var image = PictureDecoding.ToImage(picture);
            using var small = image.ThumbnailImage(side, height: side, size: Enums.Size.Down);
            return small.WebpsaveBuffer(q: quality, effort: 2, keep: Enums.ForeignKeep.None);
        });
    }
}
