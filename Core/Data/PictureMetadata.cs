using System.Text;
using System.Text.Json;

namespace Playground.Core.Data;

/// <summary>What is said about one picture.</summary>
/// <param name="Caption">Text that describes it; null when there is none.</param>
/// <param name="Label">The name of its class; null when there is none.</param>
public sealed record PictureNote(string? Caption, string? Label);

/// <summary>
/// Captions and labels in files beside the pictures: <c>NAME.txt</c> for <c>NAME.png</c>, and Hugging Face's <c>metadata.jsonl</c> for a
/// folder.
/// </summary>
public static class PictureMetadata
{
    /// <summary>Longest caption kept, in characters; the rest is dropped.</summary>
    public const int MaxCaption = 2000;

    /// <summary>Longest line or caption file read, in bytes.</summary>
    public const int MaxBytes = 64 << 10;

    public static bool IsMetadata(string path) => Path.GetFileName(path) == "metadata.jsonl";

    /// <summary>The caption in a text file: its words, with single spaces between them; null when there are none.</summary>
    public static string? Caption(string text)
    {
        var words = string.Join(' ', text.Replace('\0', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .TrimStart('\ufeff');
        return words.Length == 0 ? null : words[..Math.Min(words.Length, MaxCaption)];
    }

    /// <summary>
    /// Lines of <c>{"file_name": "a/1.png", "text": "…", "label": "…"}</c>: <c>file_name</c> is a path from the folder of the file itself;
    /// <c>label</c> may be a number.
    /// </summary>
    /// <param name="file">UTF-8 text, one object a line.</param>
    /// <param name="problem">Gets the number of a line that cannot be used and why; the others are.</param>
    public static IEnumerable<(string FileName, PictureNote Note)> ReadLines(Stream file, Action<int, string> problem)
    {
        using var reader = new StreamReader(file, Encoding.UTF8);
        for (var number = 1; BoundedLine(reader) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (Parse(line, out var why) is { } found) yield return found;
            else problem(number, why);
        }
    }

    private static (string, PictureNote)? Parse(string line, out string why)
    {
        why = "it is not a JSON object";
        if (line.Length > MaxBytes)
        {
            why = $"it is longer than {MaxBytes:N0} characters";
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return null;
            why = "it has no \"file_name\"";
            if (!root.TryGetProperty("file_name", out var name) || name.ValueKind != JsonValueKind.String
                || name.GetString() is not { Length: > 0 } fileName) return null;
            return (fileName, new PictureNote(Text(root, "text") is { } text ? Caption(text) : null, Text(root, "label")));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string key) => !root.TryGetProperty(key, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    // A line without an end must not fill the memory: what is beyond the limit is skipped.
    private static string? BoundedLine(StreamReader reader)
    {
        var line = new StringBuilder();
        var any = false;
        for (int c; (c = reader.Read()) >= 0;)
        {
            any = true;
            if (c == '\n') break;
            if (line.Length <= MaxBytes) line.Append((char)c);
        }
        return any ? line.ToString() : null;
    }
}
