using Playground.Core.Imaging;

namespace Playground.Core.Data;

/// <summary>
/// The images of a folder and its subfolders, decoded once, at one size; classes as <see cref="ClassFolders"/> tells them. What cannot be
/// read is left out and named.
/// </summary>
public sealed class ImageFolderDataset : IPictureDataset
{
    private readonly byte[][] _pictures;
    private readonly ClassFolders _classes;

    private ImageFolderDataset(string name, int size, int channels, byte[][] pictures, ClassFolders classes,
        IReadOnlyList<LeftOutFile> leftOut, IReadOnlyList<string> notes)
        => (Name, Height, Width, Channels, _pictures, _classes, LeftOut, Notes)
            = (name, size, size, channels, pictures, classes, leftOut, notes);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _pictures.Length;

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int? Classes => ClassNames.Count == 0 ? null : ClassNames.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _classes.Names;

    /// <inheritdoc/>
    public IReadOnlyList<LeftOutFile> LeftOut { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes { get; }

    /// <inheritdoc/>
    public void Read(int index, Span<byte> into) => _pictures[index].CopyTo(into);

    /// <inheritdoc/>
    public int Label(int index) => _classes.Classes[index] ?? 0;

    /// <param name="folder">The images, or one subfolder per class.</param>
    /// <param name="size">Shorter side in pixels; the center is cropped.</param>
    /// <param name="channels">1 for gray, 3 for color.</param>
    /// <param name="ct">Stops the decoding.</param>
    /// <exception cref="PlaygroundException">No image is there, or none can be decoded (the first is named).</exception>
    public static ImageFolderDataset Load(string folder, int size, int channels, CancellationToken ct = default)
    {
        var listing = FolderListing.Of(folder);
        var decoded = new (byte[]? Pixels, string? Problem)[listing.Images.Count];
        ParallelWork.For(decoded.Length, i => decoded[i] = Decode(listing, listing.Images[i], size, channels), ct);

        int[] taken = [.. Enumerable.Range(0, decoded.Length).Where(i => decoded[i].Pixels is not null)];
        LeftOutFile[] unreadable = [.. Enumerable.Range(0, decoded.Length).Where(i => decoded[i].Problem is not null)
            .Select(i => new LeftOutFile(listing.Images[i], decoded[i].Problem!))];
        if (taken.Length == 0)
            throw new PlaygroundException(
                $"None of the {decoded.Length} images of '{folder}' can be read. '{unreadable[0].Name}': {unreadable[0].Reason}");
        var classes = ClassFolders.Of([.. taken.Select(i => (listing.Images[i], (string?)null))]);
        return new ImageFolderDataset(folder, size, channels, [.. taken.Select(i => decoded[i].Pixels!)], classes,
            [.. listing.LeftOut, .. unreadable], [.. classes.Notes.Select(n => n.Text), .. listing.Notes]);
    }

    private static (byte[]? Pixels, string? Problem) Decode(FolderListing listing, string image, int size, int channels)
    {
        try
        {
            return (PictureFile.Decode(listing.Read(image), size, channels).ToPlanar(), null);
        }
        catch (PlaygroundException e)
        {
            return (null, e.Message);
        }
    }
}
