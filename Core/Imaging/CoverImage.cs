using NetVips;

namespace Playground.Core.Imaging;

/// <summary>The image that stands for several of them where a link is shown as a preview.</summary>
public static class CoverImage
{
    /// <summary>Pixels from left to right: what OpenGraph and Twitter ask for.</summary>
    public const int Width = 1200;

    /// <summary>Pixels from top to bottom.</summary>
    public const int Height = 630;

    /// <summary>Most images that a cover shows; further ones are left out.</summary>
    public const int MaxCount = 8;

    private const int Margin = 30, Gap = 18;
    private static readonly double[] s_background = [24, 24, 32];

    /// <summary>Lays images out in one or two rows, as large as there is room; small ones keep crisp pixels.</summary>
    /// <param name="files">Files of images; none: an empty cover.</param>
    /// <returns>A JPEG file without metadata.</returns>
    /// <exception cref="PlaygroundException">One of them is no image, or a damaged one.</exception>
    public static byte[] Encode(IReadOnlyList<byte[]> files)
    {
        var pictures = files.Take(MaxCount).Select(f => PictureFile.Decode(f, channels: 3)).ToList();
        var rows = pictures.Count > 3 ? 2 : 1;
        var columns = Math.Max(1, (pictures.Count + rows - 1) / rows);
        var side = Math.Min((Width - 2 * Margin - (columns - 1) * Gap) / columns, (Height - 2 * Margin - (rows - 1) * Gap) / rows);
        return ImagingLibrary.Write("JPEG", () =>
        {
            var cover = (Image.Black(Width, Height, bands: 3) + s_background).Cast(Enums.BandFormat.Uchar)
                .Copy(interpretation: Enums.Interpretation.Srgb);
            var (left, top) = ((Width - columns * side - (columns - 1) * Gap) / 2, (Height - rows * side - (rows - 1) * Gap) / 2);
            for (var i = 0; i < pictures.Count; i++)
            {
                using var image = PictureDecoding.ToImage(pictures[i]);
                using var tile = Fit(image, side);
                var (x, y) = (left + i % columns * (side + Gap), top + i / columns * (side + Gap));
                using var before = cover;
                cover = before.Insert(tile, x + (side - tile.Width) / 2, y + (side - tile.Height) / 2);
            }
            using (cover) return cover.JpegsaveBuffer(q: 85, keep: Enums.ForeignKeep.None);
        });
    }

    private static Image Fit(Image image, int side)
    {
        var scale = (double)side / Math.Max(image.Width, image.Height);
        return image.Resize(scale, kernel: scale >= 2 ? Enums.Kernel.Nearest : Enums.Kernel.Lanczos3);
    }
}
