using System.Text.Json;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Core.Files;

namespace Playground.Evaluation.Clip;

/// <summary>The prompts that pictures were made from: a line each in the pictures' order, or JSONL with the pictures' names.</summary>
public sealed class PromptFile
{
    private const long MaxBytes = 256 << 20;
    private static readonly string[] s_names = ["file_name", "file", "name"], s_texts = ["prompt", "text", "caption"];
    private readonly string _path;
    private readonly IReadOnlyList<string>? _lines;
    private readonly IReadOnlyDictionary<string, string>? _byName;

    private PromptFile(string path, IReadOnlyList<string>? lines, IReadOnlyDictionary<string, string>? byName)
        => (_path, _lines, _byName) = (path, lines, byName);

    /// <param name="path">JSONL where it ends in <c>.jsonl</c>, otherwise plain lines; a blank line is an empty prompt.</param>
    /// <exception cref="PlaygroundException">Missing, too large, without prompts, or with a line that is no such object.</exception>
    public static PromptFile Load(string path)
        => FileReading.Of(path, () => Read(path, path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)));

    private static PromptFile Read(string path, bool named)
    {
        if (!File.Exists(path)) throw new PlaygroundException($"The prompts '{path}' do not exist.");
        if (new FileInfo(path).Length > MaxBytes)
            throw new PlaygroundException($"'{path}' has {new FileInfo(path).Length:N0} bytes; the limit for prompts is {MaxBytes:N0}.");
        string[] lines = [.. TextLines.Of(path)];
        if (lines.Length == 0) throw new PlaygroundException($"'{path}' holds no prompts; write one on each line.");
        return named
            ? new PromptFile(path, null, ByName(path, lines))
            : new PromptFile(path, lines, null);
    }

    /// <summary>The prompt of each picture of a source.</summary>
    /// <param name="source">Unreadable pictures have prompts too.</param>
    /// <returns>As many as pictures, and how many prompts were left over.</returns>
    /// <exception cref="PlaygroundException">A picture has no prompt.</exception>
    public (IReadOnlyList<string> Prompts, int Unused) For(IPictureSet source)
    {
        if (_lines is not null)
        {
            if (_lines.Count < source.Count)
                throw new PlaygroundException(
                    $"'{_path}' has {_lines.Count} prompts for the {source.Count} pictures of '{source.Name}'; there must be one for each, "
                        + "in the order of the pictures' names.");
            return ([.. _lines.Take(source.Count)], _lines.Count - source.Count);
        }
        var prompts = new string[source.Count];
        var used = new HashSet<string>();
        for (var i = 0; i < prompts.Length; i++)
        {
            var name = source.NameOf(i);
            var key = _byName!.ContainsKey(name) ? name : Path.GetFileName(name);
            prompts[i] = _byName.TryGetValue(key, out var prompt) ? prompt : throw new PlaygroundException(
                $"'{_path}' has no prompt for '{name}'; it has {_byName.Count} for the {source.Count} pictures of '{source.Name}'.");
            used.Add(key);
        }
        return (prompts, _byName!.Count - used.Count);
    }

    private static Dictionary<string, string> ByName(string path, string[] lines)
    {
        var prompts = new Dictionary<string, string>();
        foreach (var (number, line) in lines.Index().Where(l => !string.IsNullOrWhiteSpace(l.Item)))
        {
            var (name, text) = Read(line);
            if (name is null || text is null)
                throw new PlaygroundException(
                    $"Line {number + 1} of '{path}' is not an object with a "
                        + $"name ({string.Join(", ", s_names)}) and a prompt ({string.Join(", ", s_texts)}).");
            prompts[name] = text;
        }
        return prompts;
    }

    private static (string? Name, string? Text) Read(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return (First(json.RootElement, s_names), First(json.RootElement, s_texts));
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    private static string? First(JsonElement e, string[] keys) => e.ValueKind != JsonValueKind.Object ? null
        : keys.Select(k => e.TryGetProperty(k, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null)
            .FirstOrDefault(v => v is not null);
}
