using Playground.Core.Imaging;

namespace Playground.Core.Data.Sets;

/// <summary>The images of a folder and its subfolders, by path; folders that are links are not followed.</summary>
public sealed class FolderPictures : IPictureSet
{
    private readonly FolderListing _listing;
    private readonly ImageClasses _classes;

    private FolderPictures(FolderListing listing) => (_listing, _classes) = (listing, new ImageClasses(listing.Images));

    /// <inheritdoc/>
    public string Name => _listing.Root;

    /// <inheritdoc/>
    public string Form => "files";

    /// <inheritdoc/>
    public int Count => _listing.Images.Count;

    /// <inheritdoc/>
    public IReadOnlyList<LeftOutFile> LeftOut => _listing.LeftOut;

    /// <summary>Lists the images; none is decoded yet.</summary>
    /// <exception cref="PlaygroundException">There is no such folder, or no image in it.</exception>
    public static FolderPictures Open(string folder) => new(FolderListing.Of(folder));

    /// <inheritdoc/>
    public string NameOf(int index) => _listing.Images[index];

    /// <inheritdoc/>
    public string? ClassOf(int index) => _classes.Of(index);

    /// <inheritdoc/>
    public PictureBatch Read(int index) => PictureFile.Decode(ReadBytes(index));

    /// <inheritdoc/>
    public byte[] ReadBytes(int index) => _listing.Read(_listing.Images[index]);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
