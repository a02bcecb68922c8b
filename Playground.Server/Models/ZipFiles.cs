using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Data.Archives;

namespace Playground.Server.Models;

/// <summary>The files of a zip archive, every entry checked before any is read. One built to do harm is refused as a whole.</summary>
internal sealed class ZipFiles : IDisposable
{
    private const int MaxEntries = 10_000, ShownCharacters = 100;
    private readonly FileStream _file;

    /// <param name="path">The archive.</param>
    /// <param name="maxBytes">Most bytes that may come out of it.</param>
    /// <exception cref="RequestException">It is damaged, or one of its entries is not what a model holds.</exception>
    public ZipFiles(string path, long maxBytes)
    {
        _file = File.OpenRead(path);
        try
        {
            var budget = new ArchiveBudget(new ArchiveLimits { MaxEntries = MaxEntries, MaxRealBytes = maxBytes });
            Files = [.. ZipDirectory.Read(_file, budget).Select(e => Check(e, budget)).OfType<ImportFile>()];
        }
        catch (ArchiveException e)
        {
            _file.Dispose();
            throw ModelRefusal.Invalid(e.Message, e);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public IReadOnlyList<ImportFile> Files { get; }

    private ImportFile? Check(ZipEntry entry, ArchiveBudget budget)
    {
        var (path, problem) = EntryPath.Clean(entry.Name);
        if ((problem ?? ZipEntryStream.ProblemOf(entry)) is { } why)
            throw ModelRefusal.Invalid(
                $"'{(entry.Name.Length > ShownCharacters ? entry.Name[..ShownCharacters] + "…" : entry.Name)}' in the zip "
                    + $"archive: {why}. Nothing was kept.");
        return entry.Kind == ZipEntryKind.Folder ? null : new ImportFile(path!, () => ZipEntryStream.Open(_file, entry, budget));
    }

    public static bool IsZip(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[4];
        return file.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head[0] == 'P' && head[1] == 'K' && head[2] is 3 or 5;
    }

    public void Dispose() => _file.Dispose();
}
