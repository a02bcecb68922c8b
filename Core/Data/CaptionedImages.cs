using System.Text.Json;
using Playground.Core.Imaging;

namespace Playground.Core.Data;

/// <summary>
/// Images of a folder with the captions that its <c>metadata.jsonl</c> gives, decoded once at one size. Every template makes one caption of
/// an image: <c>{field}</c> stands for a field of its line.
/// </summary>
public sealed class CaptionedImages : ICaptionedDataset
{
    private readonly byte[][] _images;

    private CaptionedImages(string name, int size, int channels, byte[][] images, string[][] captions)
        => (Name, Height, Width, Channels, _images, Captions) = (name, size, size, channels, images, captions);

    public string Name { get; }

    public int Count => _images.Length;

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    public int? Classes => null;

    /// <summary>The captions of each image, one for each template whose fields it has; at least one.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Captions { get; }

    public void Read(int index, Span<byte> into) => _images[index].CopyTo(into);

    public int Label(int index) => 0;

    /// <param name="folder">Holds <c>metadata.jsonl</c> and the images that it names.</param>
    /// <param name="size">Height and width that the images are brought to.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="templates">Such as <c>{text}, {style}</c>.</param>
    /// <param name="ct">Stops before the next image.</param>
    /// <exception cref="PlaygroundException">There are no captions, a line or an image is broken, or no line has a template's
    /// field.</exception>
    public static CaptionedImages Load(string folder, int size, int channels, IReadOnlyList<string> templates,
        CancellationToken ct = default)
    {
        var path = Path.Combine(folder, "metadata.jsonl");
        if (!File.Exists(path)) throw new PlaygroundException($"'{folder}' has no metadata.jsonl with captions. Put one there, a line for "
            + """each image such as {"file_name": "a.png", "text": "a red apple"}.""");
        if (templates.Count == 0) throw new PlaygroundException("No caption is given; give a field of metadata.jsonl such as {text}.");
        if (templates.Select(CaptionTemplate.ProblemOf).OfType<string>().FirstOrDefault() is { } problem)
            throw new PlaygroundException(problem);
        var (images, captions, number, names) = (new List<byte[]>(), new List<string[]>(), 0, new SortedSet<string>());
        foreach (var line in File.ReadLines(path))
        {
            ct.ThrowIfCancellationRequested();
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            var fields = Fields(line, number);
            names.UnionWith(fields.Where(f => f.Key != "file_name" && CaptionTemplate.IsName(f.Key)).Select(f => $"{{{f.Key}}}"));
            string[] texts = [.. templates.Select(t => CaptionTemplate.Fill(t, fields.GetValueOrDefault)).OfType<string>()];
            if (texts.Length == 0 || !fields.TryGetValue("file_name", out var file)) continue;
            var full = Path.GetFullPath(Path.Combine(folder, file));
            if (!full.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new PlaygroundException($"Line {number} of metadata.jsonl names '{file}', which is outside the folder.");
            if (!File.Exists(full)) throw new PlaygroundException($"Line {number} of metadata.jsonl names '{file}', which is not there.");
            var picture = PictureFile.Decode(File.ReadAllBytes(full), size, channels);
            images.Add(picture.ToPlanar());
            captions.Add(texts);
        }
        foreach (var template in templates)
            if (CaptionTemplate.FieldsOf(template).FirstOrDefault(f => !names.Contains($"{{{f}}}")) is { } unknown)
                throw new PlaygroundException($"No line of '{path}' has the field {{{unknown}}}; there is {string.Join(", ", names)}.");
        if (images.Count == 0) throw new PlaygroundException($"No line of '{path}' has the fields of {string.Join(" or ", templates)}.");
        return new CaptionedImages(folder, size, channels, [.. images], [.. captions]);
    }

    private static Dictionary<string, string> Fields(string line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.Array
                ? string.Join(", ", p.Value.EnumerateArray().Select(v => v.ToString()))
                : p.Value.ToString());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new PlaygroundException($"Line {number} of metadata.jsonl is not an object of JSON: {e.Message}", e);
        }
    }
}
