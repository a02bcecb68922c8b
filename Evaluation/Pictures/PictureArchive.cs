using System.IO.Compression;
using Playground.Core;
using Playground.Core.Imaging;

namespace Playground.Evaluation.Pictures;

/// <summary>What an archive may be at most.</summary>
public sealed record ArchiveLimits
{
    /// <summary>Entries, pictures or not; 1,000,000 unless told.</summary>
    public int MaxEntries { get; init; } = 1_000_000;

    /// <summary>How much larger all pictures may be than the archive; 100 unless told. Pictures are compressed already.</summary>
    public int MaxRatio { get; init; } = 100;

    /// <summary>Bytes of one picture's file; 64 MiB unless told.</summary>
    public int MaxPictureBytes { get; init; } = new PictureLimits().MaxBytes;
}

/// <summary>
/// The picture files of a zip archive, by path. Nothing is unpacked to the disk; an entry is read up to the size that it claims.
/// </summary>
public sealed class PictureArchive : IPictureSource
{
    private readonly ZipArchive _zip;
    private readonly ZipArchiveEntry[] _entries;
    private readonly ArchiveLimits _limits;
    private readonly Lock _reading = new();

    private PictureArchive(string name, ZipArchive zip, ZipArchiveEntry[] entries, SkippedPicture[] leftOut, ArchiveLimits limits)
        => (Name, _zip, _entries, LeftOut, _limits) = (name, zip, entries, leftOut, limits);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Form => "files";

    /// <inheritdoc/>
    public int Count => _entries.Length;

    /// <inheritdoc/>
    public IReadOnlyList<SkippedPicture> LeftOut { get; }

    /// <summary>Lists the pictures; none is opened yet.</summary>
    /// <exception cref="PlaygroundException">Not a zip archive, one beyond the limits, or one without pictures.</exception>
    public static PictureArchive Open(string path, ArchiveLimits? limits = null)
    {
        if (!File.Exists(path)) throw new PlaygroundException($"The archive '{path}' does not exist.");
        var zip = OpenZip(path);
        try
        {
            return List(path, zip, limits ?? new ArchiveLimits());
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string NameOf(int index) => Clean(_entries[index]);

    /// <inheritdoc/>
    public string? ClassOf(int index) => PictureNames.ClassOf(NameOf(index));

    /// <inheritdoc/>
    public PictureBatch Read(int index) => PictureFile.Decode(ReadBytes(index));

    /// <inheritdoc/>
    public byte[] ReadBytes(int index)
    {
        var entry = _entries[index];
        if (entry.IsEncrypted) throw new PlaygroundException("The entry is encrypted: pack it without a password.");
        if (entry.Length > _limits.MaxPictureBytes)
            throw new PlaygroundException($"The entry claims {entry.Length:N0} bytes; the limit is {_limits.MaxPictureBytes:N0}.");
        try
        {
            lock (_reading)
            {
                using var stream = entry.Open();
                var bytes = new byte[entry.Length];
                stream.ReadExactly(bytes);
                return stream.ReadByte() < 0 ? bytes
                    : throw new PlaygroundException($"The entry is longer than the {entry.Length:N0} bytes that it claims.");
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or IOException or NotSupportedException)
        {
            throw new PlaygroundException("The entry is damaged: pack it again.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _zip.Dispose();

    private static ZipArchive OpenZip(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (InvalidDataException e)
        {
            throw new PlaygroundException($"'{path}' is not a zip archive, or one that is cut off: copy it again from its source.", e);
        }
    }

    private static PictureArchive List(string path, ZipArchive zip, ArchiveLimits limits)
    {
        // Counted in the directory alone, before any entry is opened.
        if (zip.Entries.Count > limits.MaxEntries)
            throw new PlaygroundException($"'{path}' holds {zip.Entries.Count:N0} entries; the limit is {limits.MaxEntries:N0}.");
        var pictures = zip.Entries.Where(e => PictureNames.IsPicture(Clean(e))).OrderBy(Clean, StringComparer.Ordinal).ToList();
        var (claimed, packed) = (pictures.Sum(e => e.Length), new FileInfo(path).Length);
        if (claimed / limits.MaxRatio > packed)
            throw new PlaygroundException(
                $"'{path}' has {packed:N0} bytes and claims to hold {claimed:N0}; more than {limits.MaxRatio} times is refused, since "
                    + "pictures do not shrink like that.");
        var leftOut = pictures.ToLookup(e => PictureNames.LeftOut(Clean(e)));
        return leftOut[null].Any()
            ? new PictureArchive(path, zip, [.. leftOut[null]],
                [.. leftOut.Where(g => g.Key is not null).SelectMany(g => g.Select(e => new SkippedPicture(Clean(e), g.Key!)))], limits)
            : throw new PlaygroundException($"'{path}' holds no pictures: files that end in {PictureNames.Extensions} are taken.");
    }

    private static string Clean(ZipArchiveEntry entry) => entry.FullName.Replace('\\', '/');
}
