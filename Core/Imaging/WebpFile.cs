using Playground.Vips;

namespace Playground.Core.Imaging;

/// <summary>Writes pictures as WebP, for showing them small.</summary>
public static class WebpFile
{
    /// <summary>Encodes one picture, with loss and without metadata.</summary>
    /// <param name="onePicture">A batch of exactly one picture.</param>
    /// <param name="quality">1..100.</param>
    /// <exception cref="PlaygroundException">Not one picture, or one that WebP cannot hold.</exception>
    public static byte[] Encode(PictureBatch onePicture, int quality = 80)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (onePicture.Count != 1)
            throw new PlaygroundException($"A WebP file holds one picture here, not {onePicture.Count}: take one of the batch, or make a grid.");
        try
        {
            using var image = VipsImage.FromPixels(onePicture.Pixels, onePicture.Width, onePicture.Height, onePicture.Channels);
            return image.Encode($".webp[Q={quality},effort=2,keep=none]");
        }
        catch (VipsException e)
        {
            throw new PlaygroundException($"The picture could not be written as WebP: {e.Message}.", e);
        }
    }
}
