using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Playground.Core.Data;

/// <summary>What is said about one picture.</summary>
/// <param name="Caption">Text that describes it; null when there is none.</param>
/// <param name="Label">The name of its class; null when there is none.</param>
public sealed record PictureNote(string? Caption, string? Label)
{
    /// <summary>What else is said, by the name that captions can be made of it with; null: nothing.</summary>
    public IReadOnlyDictionary<string, string>? Fields { get; init; }
}

/// <summary>
/// Captions and labels in files beside the pictures: <c>NAME.txt</c> or <c>NAME.caption</c> for <c>NAME.png</c>, and Hugging Face's
/// <c>metadata.jsonl</c> for a folder.
/// </summary>
public static class PictureMetadata
{
    /// <summary>Longest caption kept, in characters; the rest is dropped.</summary>
    public const int MaxCaption = 2000;

    /// <summary>Longest line or caption file read, in bytes.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>Most further fields kept of a picture.</summary>
    public const int MaxFields = 16;

    private static readonly string[] s_captions = [".txt", ".caption", ".cap"];
    private static readonly string[] s_names = ["file_name", "file", "filename", "image", "path", "name"];
    private static readonly string[] s_texts = ["text", "caption", "prompt", "description"];
    private static readonly string[] s_labels = ["label", "class", "class_name", "category"];

    /// <summary>Whether a file of that name holds a caption.</summary>
    public static bool IsCaption(string path) => s_captions.Contains(Path.GetExtension(path).ToLowerInvariant());

    public static bool IsMetadata(string path) => Path.GetFileName(path) == "metadata.jsonl";

    /// <summary>The caption in a text file: its words, with single spaces between them; null when there are none.</summary>
    public static string? Caption(string text)
    {
        var words = string.Join(' ', text.Replace('\0', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .TrimStart('\ufeff');
        return words.Length == 0 ? null : words[..Math.Min(words.Length, MaxCaption)];
    }

    /// <summary>What a text file beside an image says of it; null where there is none, or it is empty.</summary>
    /// <exception cref="PlaygroundException">It cannot be read.</exception>
    public static string? CaptionBeside(string image)
    {
        if (s_captions.Select(e => Path.ChangeExtension(image, e)).FirstOrDefault(File.Exists) is not { } path) return null;
        return FileReading.Of(path, () =>
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[MaxBytes];
            return Caption(TextDecoding.Of(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false))).Text);
        });
    }

    /// <summary>
    /// Lines of <c>{"file_name": "a/1.png", "text": "…", "label": "…"}</c>: <c>file_name</c> is a path from the folder of the file itself;
    /// the
    /// text may also be called <c>caption</c> or <c>prompt</c>; a label is a text, a number, true or false, a list of these, or an object
    /// with
    /// a name.
    /// </summary>
    /// <param name="file">UTF-8 text, one object a line.</param>
    /// <param name="problem">Gets the number of a line that cannot be used and why; the others are.</param>
    public static IEnumerable<(string FileName, PictureNote Note)> ReadLines(Stream file, Action<int, string> problem)
    {
        using var reader = new StreamReader(file, Encoding.UTF8);
        for (var number = 1; BoundedLine(reader) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (line.Contains('\ufffd', StringComparison.Ordinal)) problem(number, "some of its bytes are not UTF-8, and were lost");
            var found = Parse(line, out var why);
            if (why.Length > 0) problem(number, why);
            if (found is { } note) yield return note;
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
            why = $"it has no \"{s_names[0]}\"";
            if (First(root, s_names) is not { Length: > 0 } fileName) return null;
            var (text, label, fields) = (First(root, s_texts), Label(root), Fields(root));
            // A line may well name an image and say nothing of it.
            why = text is null && label is null && root.EnumerateObject().Skip(1).Any()
                ? $"it has neither a caption ({string.Join(", ", s_texts)}) nor a label ({string.Join(", ", s_labels)})" : "";
            return (fileName, new PictureNote(text is null ? null : Caption(text), label) { Fields = fields });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Of what is neither the file, the caption nor the class, that which can be said: texts, numbers and lists of them.
    private static Dictionary<string, string>? Fields(JsonElement root)
    {
        var known = new[] { s_names, s_texts, s_labels }
            .Select(keys => keys.FirstOrDefault(k => root.TryGetProperty(k, out var value) && LabelText(value) is not null)).ToArray();
        Dictionary<string, string> fields = [];
        foreach (var property in root.EnumerateObject())
        {
            if (fields.Count == MaxFields || known.Contains(property.Name) || !CaptionTemplate.IsName(property.Name)
                || property.Name is CaptionTemplate.Text or CaptionTemplate.Class) continue;
            var value = property.Value.ValueKind == JsonValueKind.Array
                ? string.Join(", ", property.Value.EnumerateArray().Select(Text).OfType<string>())
                : Text(property.Value);
            if (value is not null && Caption(value) is { } words) fields[property.Name] = words;
        }
        return fields.Count == 0 ? null : fields;
    }

    private static string? First(JsonElement root, string[] keys)
        => keys.Select(k => root.TryGetProperty(k, out var value) ? Text(value) : null).FirstOrDefault(v => v is not null);

    private static string? Label(JsonElement root)
        => s_labels.Select(k => root.TryGetProperty(k, out var value) ? LabelText(value) : null).FirstOrDefault(v => v is not null);

    private static string? LabelText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => string.Join(" + ", value.EnumerateArray().Select(LabelText).OfType<string>()) is { Length: > 0 } all
            ? all
            : null,
        JsonValueKind.Object => First(value, ["name", "label", "title", "id"]),
        _ => Text(value),
    };

    // 3.0 is the class 3.
    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when value.TryGetDouble(out var n) && n == Math.Truncate(n) && Math.Abs(n) < 1e15
            => ((long)n).ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
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
