using Playground.Vips;

namespace Playground.Core.Imaging;

/// <summary>Writes pictures as PNG, with text that other programs read, and reads that text back.</summary>
public static class PngFile
{
    // zlib level 1 without row filters: several times faster than the defaults, and noise does not compress anyhow.
    private const string Format = ".png[compression=1,filter=none,keep=none]";
    private const string CommentPrefix = "png-comment-";

    /// <summary>Encodes one picture.</summary>
    /// <param name="onePicture">A batch of exactly one picture.</param>
    /// <param name="text">Text chunks by keyword, such as "parameters"; a keyword has 1 to 79 Latin letters, digits and spaces.</param>
    /// <returns>A PNG file's bytes, 8 bits a channel.</returns>
    /// <exception cref="PlaygroundException">Not one picture, or a keyword that PNG does not allow.</exception>
    public static byte[] Encode(PictureBatch onePicture, IReadOnlyDictionary<string, string>? text = null)
    {
        if (onePicture.Count != 1)
            throw new PlaygroundException($"A PNG file holds one picture, not {onePicture.Count}: take one of the batch, or make a grid.");
        try
        {
            using var image = VipsImage.FromPixels(onePicture.Pixels, onePicture.Width, onePicture.Height, onePicture.Channels);
            var png = image.Encode(Format);
            return text is null ? png : PngText.Insert(png, text);
        }
        catch (VipsException e)
        {
            throw new PlaygroundException($"The picture could not be written as PNG: {e.Message}.", e);
        }
    }

    /// <summary>The text chunks of a PNG file by keyword; of two with one keyword, the last.</summary>
    /// <exception cref="PlaygroundException">The bytes are not a PNG file.</exception>
    public static IReadOnlyDictionary<string, string> ReadText(byte[] file)
    {
        try
        {
            using var source = VipsSource.FromBytes(file);
            using var image = VipsImage.Open(source);
            var text = new Dictionary<string, string>();
            foreach (var field in image.Fields().Where(name => name.StartsWith(CommentPrefix, StringComparison.Ordinal)))
                text[field[(field.IndexOf('-', CommentPrefix.Length) + 1)..]] = image.GetText(field);
            return text;
        }
        catch (VipsException e)
        {
            throw new PlaygroundException($"The PNG file cannot be read: {e.Message}.", e);
        }
    }
}
