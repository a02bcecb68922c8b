using System.Globalization;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Archives;

namespace Playground.Server.Datasets.Inspection;

/// <summary>Captions and labels that came in files of their own, before or after their pictures.</summary>
internal sealed class Annotations
{
    private const long MaxCharacters = 64_000_000;
    private readonly Dictionary<string, string> _captions = [];
    private readonly Dictionary<string, PictureNote> _notes = [];
    private readonly Dictionary<string, byte[]> _labels = [];
    private string[]? _classNames;
    private long _characters;
    private (int Count, (string Path, string Encoding) First) _guessed;

    /// <summary>Takes the entry if it is metadata, a caption or a list of CIFAR's classes.</summary>
    public bool TryTake(string path, PeekStream stream, LeftOut leftOut)
    {
        if (PictureMetadata.IsMetadata(path)) TakeMetadata(path, stream, leftOut);
        else if (CifarRecords.IsClassNames(path))
            _classNames = [.. Text(stream).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        else if (PictureMetadata.IsCaption(path) && !stream.Head.IsEmpty)
            TakeCaption(path, stream);
        else return false;
        return true;
    }

    public void AddLabels(string path, byte[] labels) => _labels[IdxPictures.Key(path)] = labels;

    /// <summary>Gives every picture what was said about it; <c>metadata.jsonl</c> goes before a text file.</summary>
    /// <returns>How many captions and labels belong to no picture.</returns>
    public int Apply(IReadOnlyList<InspectedPicture> pictures, LeftOut leftOut)
    {
        var used = new HashSet<string>();
        var missing = new HashSet<string>();
        foreach (var picture in pictures)
        {
            if (_captions.TryGetValue(EntryPath.StemOf(picture.Name), out var caption))
            {
                picture.Caption = caption;
                used.Add(EntryPath.StemOf(picture.Name));
            }
            if (_notes.TryGetValue(picture.Name, out var note))
            {
                (picture.Caption, picture.Label) = (note.Caption ?? picture.Caption, ClassName(note.Label) ?? picture.Label);
                picture.Fields = note.Fields;
                used.Add("\n" + picture.Name);
            }
            if (picture.LabelAt is { } at)
            {
                if (_labels.TryGetValue(IdxPictures.Key(at.File), out var labels) && at.Index < labels.Length)
                    picture.Label = labels[at.Index].ToString(CultureInfo.InvariantCulture);
                else if (missing.Add(at.File))
                    leftOut.Add(at.File, "the labels of an IDX file did not come with it, or are too few; those pictures have no class");
            }
            else if (_classNames is not null && picture.Format == "raw" && int.TryParse(picture.Label, out var number)
                && number < _classNames.Length) picture.Label = ClassName(_classNames[number]);
        }
        return _captions.Count + _notes.Count - used.Count;
    }

    private void TakeMetadata(string path, PeekStream stream, LeftOut leftOut)
    {
        var folder = EntryPath.FolderOf(path);
        foreach (var (fileName, note) in PictureMetadata.ReadLines(stream,
            (line, why) => leftOut.Add($"{path}, line {line}", $"a line of metadata.jsonl cannot be used: {why}")))
        {
            if (EntryPath.Clean(folder.Length == 0 ? fileName : $"{folder}/{fileName}").Path is not { } key) continue;
            Count((note.Caption?.Length ?? 0) + (note.Fields?.Sum(f => f.Key.Length + f.Value.Length) ?? 0));
            _notes[key] = note;
        }
    }

    private void TakeCaption(string path, PeekStream stream)
    {
        var text = TextDecoding.Of(stream.ReadAll(PictureMetadata.MaxBytes));
        if (text.Guessed is not null && _guessed.Count++ == 0) _guessed.First = (path, text.Guessed);
        if (PictureMetadata.Caption(text.Text) is not { } caption) return;
        Count(caption.Length);
        _captions[EntryPath.StemOf(path)] = caption;
    }

    private void Count(int characters)
    {
        _characters += characters;
        if (_characters > MaxCharacters)
            throw new PlaygroundException($"the captions have more than {MaxCharacters:N0} characters together, which is the limit");
    }

    /// <summary>A sentence about captions whose encoding had to be guessed; null where there are none.</summary>
    public Remark? EncodingNote => _guessed.Count == 0 ? null
        : Remark.Of(ImportNote.GuessedEncoding,
            $"Caption files not in UTF-8 or UTF-16: {_guessed.Count:N0}. '{_guessed.First.Path}' was read as {_guessed.First.Encoding}: "
            + $"check its caption, or save it as UTF-8.");

    private static string Text(PeekStream stream) => TextDecoding.Of(stream.ReadAll(PictureMetadata.MaxBytes)).Text;

    // Names of classes are shown like names of folders, and become them when someone exports.
    private static string? ClassName(string? label) => label is null ? null
        : EntryPath.Clean(label.Replace('/', '-')).Path is { } name ? name[..Math.Min(name.Length, DatasetRules.MaxClassName)] : null;
}
