using System.Globalization;
using System.Text;

namespace Playground.Core.Data.Archives;

/// <summary>
/// Names inside an archive, cleaned. They are only ever shown and split into folders: no file is ever created under one, whatever it says.
/// </summary>
public static class EntryPath
{
    private const int MaxLength = 1024, MaxSegment = 255;

    private static readonly HashSet<string> s_reserved = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })],
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> s_tools = new(
        ["__MACOSX", "__pycache__", "Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", "@eaDir", "$RECYCLE.BIN",
            "System Volume Information", "lost+found"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The segments joined by '/', in Unicode's composed form, without characters that hide or reorder text.</summary>
    /// <returns>The path, or why the entry cannot be taken.</returns>
    public static (string? Path, string? Problem) Clean(string name)
    {
        if (name.Contains('\0')) return (null, "its name holds a NUL character");
        if (name.Length > MaxLength) return (null, $"its name has {name.Length} characters; the limit is {MaxLength}");
        // Some Windows programs write '\' between folders.
        name = name.Replace('\\', '/');
        if (name.StartsWith('/') || (name is [var drive, ':', ..] && char.IsAsciiLetter(drive)))
            return (null, "its path is absolute; paths must lie inside the archive");
        var segments = new List<string>();
        foreach (var raw in name.Split('/'))
        {
            var segment = Visible(raw);
            if (segment is "" or ".") continue;
            if (segment.Trim() == "..") return (null, "its path leads out of the archive by '..'");
            if (segment.Length > MaxSegment)
                return (null, $"a part of its path has {segment.Length} characters; the limit is {MaxSegment}");
            if (s_reserved.Contains(segment.Split('.')[0].TrimEnd()))
                return (null, $"'{segment}' is a name that Windows reserves for devices");
            segments.Add(segment);
        }
        return segments.Count == 0 ? (null, "its name is empty") : (string.Join('/', segments), null);
    }

    /// <summary>Whether the path belongs to what file managers and other tools leave behind, or is hidden.</summary>
    public static bool IsSystem(string path) => path.Split('/').Any(s => s.StartsWith('.') || s_tools.Contains(s));

    /// <summary>The folder of a path, "" at the top.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') is var at and >= 0 ? path[..at] : "";

    /// <summary>A path without its extension.</summary>
    public static string StemOf(string path) => path.LastIndexOf('.') is var at && at > path.LastIndexOf('/') + 1 ? path[..at] : path;

    private static string Visible(string segment)
    {
        var clean = new StringBuilder(segment.Length);
        foreach (var rune in segment.EnumerateRunes())
            clean.Append(IsText(rune) ? rune.ToString() : "\ufffd");
        return clean.ToString().Normalize(NormalizationForm.FormC);
    }

    // What cannot be seen, and what Unicode says will never be a character: that cannot be normalized either.
    private static bool IsText(Rune rune)
        => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format)
            && (rune.Value & 0xFFFE) != 0xFFFE && rune.Value is not (>= 0xFDD0 and <= 0xFDEF);
}
