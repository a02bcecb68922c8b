using System.IO.Compression;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Archives;
using Playground.Core.Files;
using Playground.Core.Imaging;

namespace Playground.Server.Datasets.Inspection;

/// <summary>
/// Reads everything that came, entry by entry, and keeps the pictures. What an entry is, its bytes decide; its name is only looked at for
/// classes
/// and captions. An unfit entry is left out and reported; an archive that is damaged or made to do harm is refused as a whole.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="packPath">A new file for the pictures.</param>
/// <param name="progress">Told how far it is.</param>
/// <param name="ct">Stops it.</param>
internal sealed class Inspector(DatasetOptions options, string packPath, Action<JobStage> progress, CancellationToken ct)
{
    private readonly ArchiveBudget _budget = new(options.Archive);
    private readonly PictureLimits _limits = options.Picture;
    private readonly LeftOut _leftOut = new();
    private readonly Annotations _annotations = new();
    private readonly List<InspectedPicture> _pictures = [];
    private int _entries, _folders, _system, _guessedNames;

    /// <summary>Inspects the files as one data set. Runs long: not to be called where something waits.</summary>
    /// <exception cref="PlaygroundException">An archive is refused, or no picture was found; the pack is of no use then.</exception>
    public Inspection Run(IReadOnlyList<InspectedFile> files)
    {
        using var pack = new PackWriter(packPath);
        var bytes = files.Select(f => new FileInfo(f.Path).Length).ToArray();
        var before = 0L;
        for (var i = 0; i < files.Count; i++)
        {
            using var source = EntrySource.Open(files[i].Path, files[i].Name, _budget);
            _guessedNames += source.GuessedNames;
            var (start, size) = (_entries, bytes[i]);
            // Within one IDX file there are thousands of pictures; so it is told after each batch, too.
            var batch = new PictureQueue(_limits, pack, _pictures, _leftOut, Tell, ct);
            foreach (var entry in source.Read())
            {
                ct.ThrowIfCancellationRequested();
                Take(entry, batch);
                _entries++;
                if (entry.IsFolder) _folders++;
                Tell();
            }
            batch.Flush();
            before += size;

            void Tell()
            {
                var share = source.Count is > 1 and var count ? (double)(_entries - start) / count : source.Share;
                progress(new JobStage("reading", Math.Max(_entries, _pictures.Count),
                    files.Count == 1 && source.Count > 1 ? source.Count : null, (before + share * size) / Math.Max(1, bytes.Sum())));
            }
        }
        LeaveOverviewsOut();
        if (_pictures.Count == 0) throw Nothing();

        progress(new JobStage("comparing", _pictures.Count, _pictures.Count, null));
        var unused = _annotations.Apply(_pictures, _leftOut);
        var (classes, notes) = FolderClasses.Assign(_pictures);
        var duplicates = DuplicateGroups.Mark(_pictures, ct);
        var report = ReportBuilder.Build(_pictures, classes, duplicates, _leftOut, Files,
            [.. notes, .. Notes(unused, duplicates.IsComplete)], files);
        return new Inspection(_pictures, classes, report, pack.Finish(), pack.Length);
    }

    // The pack has it all the same; nothing points there.
    private void LeaveOverviewsOut()
    {
        var overviews = ImageNames.OverviewsIn([.. _pictures.Select(p => p.Name)]);
        _pictures.RemoveAll(p => overviews.Contains(p.Name));
        foreach (var overview in overviews) _leftOut.Add(overview, ImageNames.OverviewReason);
    }

    private void Take(ArchiveEntry entry, PictureQueue batch)
    {
        var (path, problem) = EntryPath.Clean(entry.Name);
        if (path is not null && EntryPath.IsSystem(path)) _system++;
        else if ((problem ?? entry.Problem) is { } why) _leftOut.Add(entry.Name, why);
        else if (!entry.IsFolder)
        {
            try
            {
                using var stream = new PeekStream(entry.Open());
                Take(path!, entry.Size, stream, batch);
            }
            catch (PlaygroundException e) when (e is not ArchiveException)
            {
                _leftOut.Add(path!, e.Message);
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                _leftOut.Add(path!, "it is cut off or damaged");
            }
        }
    }

    private void Take(string path, long size, PeekStream stream, PictureQueue batch)
    {
        var kind = FileKinds.Of(stream.Head);
        if (kind == FileKind.Picture) batch.Add(new PendingPicture(path, stream.ReadAll(_limits.MaxBytes), null));
        else if (kind == FileKind.Idx) IdxPictures.Take(path, stream, batch, _annotations);
        else if (kind == FileKind.Gzip) TakeGzip(path, size, stream, batch);
        else if (FileNature.Of(stream.Head, path) is { IsForeign: true } foreign)
            _leftOut.Add(path, $"it is {foreign.What}: {foreign.Remedy}");
        else if (FileKinds.RefusalOf(kind) is { } refusal) _leftOut.Add(path, refusal);
        else if (_annotations.TryTake(path, stream, _leftOut)) return;
        else if (CifarRecords.IsName(path) && CifarRecords.LabelBytes(size, stream.Head) is { } labelBytes)
            CifarPictures.Take(path, labelBytes, stream, batch);
        else if (kind == FileKind.OtherPicture) _leftOut.Add(path, $"it is {PictureFormat.Of(stream.Head)!.Refusal}");
        else if (stream.Head.IsEmpty) _leftOut.Add(path, "it is empty");
        else if (FileNature.Of(stream.Head, path) is { } nature) _leftOut.Add(path, $"it is {nature.What}: {nature.Remedy}");
        else _leftOut.Add(path, "it is not a picture of a kind that is read (PNG, JPEG, WebP, GIF, TIFF, AVIF), whatever its name says");
    }

    // MNIST comes as IDX in gzip; anything else in gzip is an archive in the archive.
    private void TakeGzip(string path, long size, PeekStream stream, PictureQueue batch)
    {
        using var plain = new PeekStream(_budget.Metered(new GZipStream(stream, CompressionMode.Decompress), size, path));
        if (FileKinds.Of(plain.Head) == FileKind.Idx) IdxPictures.Take(path, plain, batch, _annotations);
        else _leftOut.Add(path, FileKinds.RefusalOf(FileKind.Zip)!);
    }

    // Folders of an archive are entries of it, and no files.
    private int Files => _entries - _folders;

    private PlaygroundException Nothing() => Files == 0
        ? PlaygroundException.Of(JobError.UploadEmpty,
            $"The upload is empty: it holds no files. Put images into it: PNG, JPEG, WebP, GIF, TIFF or AVIF.")
        : PlaygroundException.Of(JobError.NothingUsable,
            $"None of the {Files:N0} files is an image that can be used: {_leftOut.Summary()}.");

    private List<Remark> Notes(int unusedCaptions, bool isComplete)
    {
        var notes = new List<Remark>();
        if (_system > 0) notes.Add(Remark.Of(ImportNote.Hidden, $"Hidden files and files of file managers skipped: {_system:N0}."));
        if (_annotations.EncodingNote is { } encoding) notes.Add(encoding);
        if (_guessedNames > 0)
            notes.Add(Remark.Of(ImportNote.GuessedNames,
                $"File names in zip archives that are not in UTF-8: {_guessedNames:N0}. They were read as code page 437; check those with "
                + $"other than Latin letters."));
        if (unusedCaptions > 0)
            notes.Add(Remark.Of(ImportNote.UnusedCaptions, $"Captions and labels that belong to no image: {unusedCaptions:N0}."));
        if (!isComplete)
            notes.Add(Remark.Of(ImportNote.PartialDuplicates,
                $"Most images look alike, so near duplicates were searched for among close neighbors only; all exact duplicates were "
                + $"found."));
        return notes;
    }
}
