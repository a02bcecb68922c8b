using System.Formats.Tar;
using System.IO.Compression;

namespace Playground.Core.Data.Archives;

/// <summary>A file among those that came, in an archive or alone.</summary>
/// <param name="Name">As written, not cleaned.</param>
/// <param name="IsFolder">A folder holds no data.</param>
/// <param name="Size">Real bytes, as far as they are claimed.</param>
/// <param name="Problem">Why it cannot be read; null when it can.</param>
/// <param name="Open">Its real bytes, counted; good until the next entry is asked for.</param>
public sealed record ArchiveEntry(string Name, bool IsFolder, long Size, string? Problem, Func<Stream> Open);

/// <summary>
/// The entries of a zip, a tar, a compressed tar, or of a file that is no archive and stands for itself. What it is, its first bytes
/// decide.
/// </summary>
public sealed class EntrySource : IDisposable
{
    private const int BufferSize = 1 << 16;
    private readonly FileStream _file;
    private readonly string _name;
    private readonly ArchiveBudget _budget;
    private readonly FileKind _kind;
    private readonly IReadOnlyList<ZipEntry>? _directory;

    private EntrySource(FileStream file, string name, ArchiveBudget budget)
    {
        (_file, _name, _budget) = (file, name, budget);
        var head = new byte[FileKinds.HeadSize];
        _kind = FileKinds.Of(head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
        if (_kind == FileKind.OtherArchive)
            throw new ArchiveException($"'{name}' is an archive of a kind that is not read. Pack the files as zip or tar.");
        if (_kind == FileKind.Gzip && HoldsTar()) _kind = FileKind.Tar;
        // With bytes in front, such as the program that unpacks it, only its end tells a zip.
        if (_kind == FileKind.Unknown && name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) _kind = FileKind.Zip;
        if (_kind == FileKind.Zip) _directory = ZipDirectory.Read(file, budget);
    }

    /// <summary>How many entries there are; null where only reading to the end tells.</summary>
    public int? Count => _directory?.Count ?? (_kind == FileKind.Tar ? null : 1);

    /// <summary>Names whose encoding had to be guessed.</summary>
    public int GuessedNames => _directory?.Count(e => e.IsNameGuessed) ?? 0;

    /// <summary>How much of the file has been read, 0 to 1.</summary>
    public double Share => _file.Length == 0 ? 1 : (double)_file.Position / _file.Length;

    /// <param name="path">The file on disk.</param>
    /// <param name="name">What its sender calls it.</param>
    /// <param name="budget">What may be read of it.</param>
    /// <exception cref="ArchiveException">An archive that is damaged, of an unknown kind, or refused for what it holds.</exception>
    public static EntrySource Open(string path, string name, ArchiveBudget budget)
    {
        var file = FileReading.Of(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize));
        try
        {
            return new EntrySource(file, name, budget);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public IEnumerable<ArchiveEntry> Read() => _kind switch
    {
        FileKind.Zip => ReadZip(),
        FileKind.Tar => ReadTar(),
        _ => [ReadAlone()],
    };

    public void Dispose() => _file.Dispose();

    private IEnumerable<ArchiveEntry> ReadZip()
    {
        foreach (var entry in _directory!)
        {
            _budget.CountEntry();
            yield return new ArchiveEntry(entry.Name, entry.Kind == ZipEntryKind.Folder, entry.Size, ZipEntryStream.ProblemOf(entry),
                () => ZipEntryStream.Open(_file, entry, _budget));
        }
    }

    private IEnumerable<ArchiveEntry> ReadTar()
    {
        using var reader = new TarReader(Plain(), leaveOpen: true);
        while (Next(reader) is { } entry)
        {
            _budget.CountEntry();
            var isFile = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;
            var problem = isFile || entry.EntryType == TarEntryType.Directory ? null : "it is a link or a device, not a file";
            yield return new ArchiveEntry(entry.Name, entry.EntryType == TarEntryType.Directory, entry.Length, problem,
                () => entry.DataStream is { } data ? new GuardedStream(data) : Stream.Null);
        }
    }

    private TarEntry? Next(TarReader reader)
    {
        try
        {
            return reader.GetNextEntry();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException
        or NotSupportedException)
        {
            throw new ArchiveException($"'{_name}' is cut off or damaged: its headers cannot be read. Upload the original again.", e);
        }
    }

    private ArchiveEntry ReadAlone()
    {
        _budget.CountEntry();
        return new ArchiveEntry(_name, false, _file.Length, null, () => Plain(decompress: false));
    }

    private MeteredStream Plain(bool decompress = true)
    {
        _file.Position = 0;
        var isGzip = _file.ReadByte() == 0x1F && _file.ReadByte() == 0x8B;
        _file.Position = 0;
        return new MeteredStream(isGzip && decompress ? new GZipStream(_file, CompressionMode.Decompress, leaveOpen: true)
            : new BoundedStream(_file, _file.Length), () => _file.Position, _budget, _name);
    }

    private bool HoldsTar()
    {
        var head = new byte[FileKinds.HeadSize];
        try
        {
            using var plain = Plain();
            return FileKinds.Of(head.AsSpan(0, plain.ReadAtLeast(head, head.Length, throwOnEndOfStream: false))) == FileKind.Tar;
        }
        catch (PlaygroundException e) when (e is not ArchiveException)
        {
            throw new ArchiveException(e.Message, e);
        }
    }
}
