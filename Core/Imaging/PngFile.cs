using NetVips;

namespace Playground.Core.Imaging;

/// <summary>Writes images as PNG, with text that other programs read, and reads that text back.</summary>
public static class PngFile
{
    private const string CommentPrefix = "png-comment-";

    /// <summary>Encodes one image.</summary>
    /// <param name="onePicture">A batch of exactly one image.</param>
    /// <param name="text">Text chunks by keyword, such as "parameters"; a keyword has 1 to 79 Latin letters, digits and spaces.</param>
    /// <returns>A PNG file's bytes, 8 bits a channel.</returns>
    /// <exception cref="PlaygroundException">Not one image, or a keyword that PNG does not allow.</exception>
    public static byte[] Encode(PictureBatch onePicture, IReadOnlyDictionary<string, string>? text = null)
    {
        if (onePicture.Count != 1)
            throw new PlaygroundException($"A PNG file holds one image, not {onePicture.Count}: take one of the batch, or make a grid.");
        var png = ImagingLibrary.Write("PNG", () =>
        {
            using var image = PictureDecoding.ToImage(onePicture);
            return Save(image, bits: 8);
        });
        return text is null ? png : PngText.Insert(png, text);
    }

    /// <summary>Encodes one image with 16 bits a channel.</summary>
    /// <param name="picture">The image.</param>
    /// <param name="text">As for 8 bits.</param>
    /// <exception cref="PlaygroundException">A keyword that PNG does not allow.</exception>
    public static byte[] Encode16(Picture16 picture, IReadOnlyDictionary<string, string>? text = null)
    {
        var png = ImagingLibrary.Write("PNG", () =>
        {
            using var values = Image.NewFromMemory(
                picture.Values, picture.Width, picture.Height, picture.Channels, Enums.BandFormat.Ushort);
            using var image = values.Copy(interpretation: picture.Channels == 1 ? Enums.Interpretation.Grey16 : Enums.Interpretation.Rgb16);
            return Save(image, bits: 16);
        });
        return text is null ? png : PngText.Insert(png, text);
    }

    /// <summary>The text chunks of a PNG file by keyword; of two with one keyword, the last.</summary>
    /// <exception cref="PlaygroundException">The bytes are not a PNG file.</exception>
    public static IReadOnlyDictionary<string, string> ReadText(byte[] file) => ImagingLibrary.Read(() =>
    {
        using var opened = OpenedPicture.Open(file, PictureLimits.None); // no pixel is decoded
        var text = new Dictionary<string, string>();
        foreach (var field in opened.Image.GetFields().Where(name => name.StartsWith(CommentPrefix, StringComparison.Ordinal)))
            text[field[(field.IndexOf('-', CommentPrefix.Length) + 1)..]] = (string)opened.Image.Get(field);
        return text;
    });

    // zlib level 1 without row filters: several times faster than the defaults, and noise does not compress anyhow.
    private static byte[] Save(Image image, int bits)
        => image.PngsaveBuffer(compression: 1, filter: Enums.ForeignPngFilter.None, bitdepth: bits, keep: Enums.ForeignKeep.None);
}
