using System.IO.Enumeration;
using Playground.Core.Data.Archives;
using Playground.Core.Files;

namespace Playground.Core.Data;

/// <summary>
/// The images in a folder and its subfolders: files called like images, and files of any other name that begin as one. Hidden files and
/// folders and those of tools are passed over, as in an import; folders that are links are not followed.
/// </summary>
/// <param name="Root">The folder.</param>
/// <param name="Images">Paths within it, with '/', in their ordinal order.</param>
/// <param name="LeftOut">Files that could have been meant for images, each with the reason.</param>
/// <param name="System">Hidden files and files of tools.</param>
/// <param name="Others">Files that are no images and do not look like any, such as captions.</param>
public sealed record FolderListing(string Root, IReadOnlyList<string> Images, IReadOnlyList<LeftOutFile> LeftOut, int System, int Others)
{
    /// <summary>Sentences about files that were passed over.</summary>
    public IReadOnlyList<string> Notes =>
    [
        .. System > 0 ? [System == 1 ? "1 hidden file, or file of a tool, was passed over."
            : $"{System:N0} hidden files and files of tools were passed over."] : Array.Empty<string>(),
        .. Others > 0 ? [$"{Others:N0} other {(Others == 1 ? "file is no image" : "files are no images")} and stayed out."]
            : Array.Empty<string>(),
    ];

    /// <summary>Lists a folder. Of files called like images, none is opened.</summary>
    /// <exception cref="PlaygroundException">There is no such folder, it may not be read, or no image is in it.</exception>
    public static FolderListing Of(string folder)
    {
        if (!Directory.Exists(folder)) throw new PlaygroundException($"The folder '{folder}' does not exist.");
        string[] paths;
        try
        {
            paths = [.. Files(folder).Select(f => Path.GetRelativePath(folder, f).Replace(Path.DirectorySeparatorChar, '/'))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlaygroundException($"The folder '{folder}' cannot be read: {e.Message}", e);
        }
        string[] shown = [.. paths.Where(p => !ImageNames.IsSystem(p))];
        var overviews = ImageNames.OverviewsIn(shown);
        var (images, leftOut, others) = (new List<string>(), new List<LeftOutFile>(), 0);
        foreach (var path in shown)
        {
            if (overviews.Contains(path)) leftOut.Add(new LeftOutFile(path, ImageNames.OverviewReason));
            else if (ImageNames.IsImage(path)) images.Add(path);
            else if (Look(Path.Combine(folder, path)) is var look && look.IsImage) images.Add(path);
            else if (look.Refusal is { } refusal)
                leftOut.Add(new LeftOutFile(path, refusal));
            else others++;
        }
        var listing = new FolderListing(folder, images, leftOut, paths.Length - shown.Length, others);
        return images.Count > 0 ? listing : throw new PlaygroundException(listing.Nothing());
    }

    /// <summary>The bytes of one of <see cref="Images"/>.</summary>
    /// <exception cref="PlaygroundException">It cannot be read, or is larger than an image file may be.</exception>
    public byte[] Read(string image)
    {
        try
        {
            var path = Path.Combine(Root, image);
            var (length, limit) = (new FileInfo(path).Length, new Imaging.PictureLimits().MaxBytes);
            return length <= limit ? File.ReadAllBytes(path)
                : throw new PlaygroundException($"The file has {length:N0} bytes; the limit is {limit:N0}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlaygroundException($"The file could not be read: {e.Message}", e);
        }
    }

    private string Nothing() => $"'{Root}' holds no pictures: files that end in {ImageNames.Extensions} are taken."
        + (LeftOut is [var first, ..] ? $" '{first.Name}': {first.Reason}." : "");

    private static FileSystemEnumerable<string> Files(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        return new(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
    }

    private static (bool IsImage, string? Refusal) Look(string path)
    {
        try
        {
            // A pipe would wait for a writer for ever.
            if ((File.GetAttributes(path) & (FileAttributes.Device | FileAttributes.Directory)) != 0
                || new FileInfo(path).Length == 0) return default;
            Span<byte> buffer = stackalloc byte[FileKinds.HeadSize];
            using var file = File.OpenRead(path);
            var head = buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
            var kind = FileKinds.Of(head);
            return (kind == FileKind.Picture, FileKinds.RefusalOf(kind)
                ?? (Imaging.PictureFormat.Of(head) is { IsRead: false } format ? $"it is {format.Refusal}" : null)
                ?? (FileNature.Of(head, path) is { } nature ? $"it is {nature.What}: {nature.Remedy}" : null));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
