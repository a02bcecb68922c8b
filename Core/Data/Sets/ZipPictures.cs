using Playground.Core.Data.Archives;
using Playground.Core.Imaging;

namespace Playground.Core.Data.Sets;

/// <summary>What an archive may be at most.</summary>
public sealed record ZipPictureLimits
{
    /// <summary>Entries, images or not; 1,000,000 unless told.</summary>
    public int MaxEntries { get; init; } = 1_000_000;

    /// <summary>How much larger all images may be than the archive; 100 unless told. Images are compressed already.</summary>
    public int MaxRatio { get; init; } = 100;

    /// <summary>Bytes of one image's file; 64 MiB unless told.</summary>
    public int MaxPictureBytes { get; init; } = new PictureLimits().MaxBytes;
}

/// <summary>
/// The image files of a zip archive, by path. Nothing is unpacked to the disk; an entry is read up to the size that it claims.
/// </summary>
public sealed class ZipPictures : IPictureSet
{
    private readonly FileStream _file;
    private readonly (string Path, ZipEntry Entry)[] _entries;
    private readonly ImageClasses _classes;
    private readonly ZipPictureLimits _limits;
    private readonly Lock _reading = new();

    private ZipPictures(string name, FileStream file, (string Path, ZipEntry Entry)[] entries, LeftOutFile[] leftOut,
        ZipPictureLimits limits)
    {
        (Name, _file, _entries, LeftOut, _limits) = (name, file, entries, leftOut, limits);
        _classes = new ImageClasses([.. entries.Select(e => e.Path)]);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Form => "files";

    /// <inheritdoc/>
    public int Count => _entries.Length;

    /// <inheritdoc/>
    public IReadOnlyList<LeftOutFile> LeftOut { get; }

    /// <summary>Lists the images; none is opened yet.</summary>
    /// <exception cref="PlaygroundException">Not a zip archive, one beyond the limits, or one without images.</exception>
    public static ZipPictures Open(string path, ZipPictureLimits? limits = null)
    {
        if (!File.Exists(path)) throw new PlaygroundException($"The archive '{path}' does not exist.");
        var file = File.OpenRead(path);
        try
        {
            return List(path, file, limits ?? new ZipPictureLimits());
        }
        catch (ArchiveException e)
        {
            file.Dispose();
            throw new PlaygroundException(
                $"'{path}' is not a zip archive, or one that is cut off or damaged: copy it again from its source. {e.Message}", e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string NameOf(int index) => _entries[index].Path;

    /// <inheritdoc/>
    public string? ClassOf(int index) => _classes.Of(index);

    /// <inheritdoc/>
    public PictureBatch Read(int index) => PictureFile.Decode(ReadBytes(index));

    /// <inheritdoc/>
    public byte[] ReadBytes(int index)
    {
        var entry = _entries[index].Entry;
        if (ZipEntryStream.ProblemOf(entry) is { } problem) throw new PlaygroundException($"The entry cannot be read: {problem}.");
        if (entry.Size > _limits.MaxPictureBytes)
            throw new PlaygroundException($"The entry claims {entry.Size:N0} bytes; the limit is {_limits.MaxPictureBytes:N0}.");
        try
        {
            lock (_reading)
            {
                using var stream = ZipEntryStream.Open(_file, entry, BudgetOf(_limits));
                var bytes = new byte[entry.Size];
                stream.ReadExactly(bytes);
                return stream.ReadByte() < 0 ? bytes
                    : throw new PlaygroundException($"The entry is longer than the {entry.Size:N0} bytes that it claims.");
            }
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            throw new PlaygroundException("The entry is damaged: pack it again.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static ZipPictures List(string path, FileStream file, ZipPictureLimits limits)
    {
        var all = ZipDirectory.Read(file, BudgetOf(limits));
        // Counted in the directory alone, before any entry is opened.
        if (all.Count > limits.MaxEntries)
            throw new PlaygroundException($"'{path}' holds {all.Count:N0} entries; the limit is {limits.MaxEntries:N0}.");
        var named = all.Where(e => e.Kind != ZipEntryKind.Folder).Select(e => (Clean: EntryPath.Clean(e.Name), Entry: e)).ToList();
        LeftOutFile[] unnamed = [.. named.Where(e => e.Clean.Path is null)
            .Select(e => new LeftOutFile(e.Entry.Name, e.Clean.Problem!))];
        var entries = named.Where(e => e.Clean.Path is { } clean && !ImageNames.IsSystem(clean))
            .Select(e => (Path: e.Clean.Path!, e.Entry)).ToList();
        var overviews = ImageNames.OverviewsIn([.. entries.Select(e => e.Path)]);
        var pictures = entries.Where(e => ImageNames.IsImage(e.Path)).OrderBy(e => e.Path, StringComparer.Ordinal).ToLookup(
            e => overviews.Contains(e.Path));
        var (claimed, packed) = (pictures.Sum(g => g.Sum(e => e.Entry.Size)), file.Length);
        if (claimed / limits.MaxRatio > packed)
            throw new PlaygroundException(
                $"'{path}' has {packed:N0} bytes and claims to hold {claimed:N0}; more than {limits.MaxRatio} times is refused, since "
                    + "pictures do not shrink like that.");
        return pictures[false].Any()
            ? new ZipPictures(path, file, [.. pictures[false]],
                [.. unnamed, .. pictures[true].Select(e => new LeftOutFile(e.Path, ImageNames.OverviewReason))], limits)
            : throw new PlaygroundException($"'{path}' holds no pictures: files that end in {ImageNames.Extensions} are taken.");
    }

    private static ArchiveBudget BudgetOf(ZipPictureLimits limits)
        => new(new ArchiveLimits
        { MaxEntries = int.MaxValue, MaxRealBytes = long.MaxValue, MaxRatio = Math.Max(limits.MaxRatio, 1) });
}
