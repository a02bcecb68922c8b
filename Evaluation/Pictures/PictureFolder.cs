using System.IO.Enumeration;
using Playground.Core;
using Playground.Core.Imaging;

namespace Playground.Evaluation.Pictures;

/// <summary>The picture files of a folder and its subfolders, by path; folders that are links are not followed.</summary>
public sealed class PictureFolder : IPictureSource
{
    private readonly string _root;
    private readonly string[] _paths;

    private PictureFolder(string root, string[] paths, SkippedPicture[] leftOut) => (_root, _paths, LeftOut) = (root, paths, leftOut);

    /// <inheritdoc/>
    public string Name => _root;

    /// <inheritdoc/>
    public string Form => "files";

    /// <inheritdoc/>
    public int Count => _paths.Length;

    /// <inheritdoc/>
    public IReadOnlyList<SkippedPicture> LeftOut { get; }

    /// <summary>Lists the pictures; none is opened yet.</summary>
    /// <exception cref="PlaygroundException">There is no such folder, or no picture in it.</exception>
    public static PictureFolder Open(string folder)
    {
        if (!Directory.Exists(folder)) throw new PlaygroundException($"The folder '{folder}' does not exist.");
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        var files = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
        string[] paths = [.. files.Select(f => Path.GetRelativePath(folder, f)).Where(PictureNames.IsPicture)
            .Order(StringComparer.Ordinal)];
        SkippedPicture[] leftOut = [.. paths.Select(p => (Path: p, Reason: PictureNames.LeftOut(p))).Where(p => p.Reason is not null)
            .Select(p => new SkippedPicture(p.Path, p.Reason!))];
        paths = [.. paths.Where(p => PictureNames.LeftOut(p) is null)];
        return paths.Length > 0 ? new PictureFolder(folder, paths, leftOut)
            : throw new PlaygroundException($"'{folder}' holds no pictures: files that end in {PictureNames.Extensions} are taken.");
    }

    /// <inheritdoc/>
    public string NameOf(int index) => _paths[index];

    /// <inheritdoc/>
    public string? ClassOf(int index) => PictureNames.ClassOf(_paths[index]);

    /// <inheritdoc/>
    public PictureBatch Read(int index) => PictureFile.Decode(ReadBytes(index));

    /// <inheritdoc/>
    public byte[] ReadBytes(int index)
    {
        try
        {
            var path = Path.Combine(_root, _paths[index]);
            var (length, limit) = (new FileInfo(path).Length, new PictureLimits().MaxBytes);
            return length <= limit ? File.ReadAllBytes(path)
                : throw new PlaygroundException($"The file has {length:N0} bytes; the limit is {limit:N0}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlaygroundException($"The file could not be read: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
