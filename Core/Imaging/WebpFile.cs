using NetVips;

namespace Playground.Core.Imaging;

/// <summary>Writes images as WebP, for showing them small.</summary>
public static class WebpFile
{
    /// <summary>Encodes one image, with loss and without metadata.</summary>
    /// <param name="onePicture">A batch of exactly one image.</param>
    /// <param name="quality">1..100.</param>
    /// <exception cref="PlaygroundException">Not one image, or one that WebP cannot hold.</exception>
    public static byte[] Encode(PictureBatch onePicture, int quality = 80)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (onePicture.Count != 1)
            throw new PlaygroundException($"A WebP file holds one image, not {onePicture.Count}: take one of the batch, or make a grid.");
        return ImagingLibrary.Write("WebP", () =>
        {
            using var image = PictureDecoding.ToImage(onePicture);
            return image.WebpsaveBuffer(q: quality, effort: 2, keep: Enums.ForeignKeep.None);
        });
    }
}
