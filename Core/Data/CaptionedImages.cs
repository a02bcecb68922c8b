using System.Text.Json;
using Playground.Core.Imaging;

namespace Playground.Core.Data;

/// <summary>
/// Images with captions, read once at one size: a folder with <c>metadata.jsonl</c>, one with a text file beside each image, or a packed
/// data set. Every template makes one caption of an image: <c>{field}</c> stands for what the image says of itself under that name.
/// </summary>
public sealed class CaptionedImages : ICaptionedDataset
{
    private const string FileName = "file_name";

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

    /// <param name="path">A folder that holds <c>metadata.jsonl</c> and the images that it names, or images with <c>cat.txt</c> beside
    /// <c>cat.png</c>; or a packed data set (<c>.safetensors</c>).</param>
    /// <param name="size">Height and width that the images of a folder are brought to, and that those of a packed data set have.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="templates">Such as <c>{text}, {style}</c>.</param>
    /// <param name="ct">Stops before the next image.</param>
    /// <exception cref="PlaygroundException">There are no captions, a line or an image is broken, or no image has a template's
    /// field.</exception>
    public static CaptionedImages Load(string path, int size, int channels, IReadOnlyList<string> templates,
        CancellationToken ct = default)
    {
        if (templates.Count == 0) throw new PlaygroundException("No caption is given; give a field of metadata.jsonl such as {text}.");
        if (templates.Select(CaptionTemplate.ProblemOf).OfType<string>().FirstOrDefault() is { } problem)
            throw new PlaygroundException(problem);
        if (File.Exists(path)) return FromPacked(path, size, channels, templates, ct);
        if (!Directory.Exists(path)) throw new PlaygroundException($"The data folder '{path}' does not exist.");
        var metadata = Path.Combine(path, "metadata.jsonl");
        return File.Exists(metadata)
            ? FromFiles(path, $"line of '{metadata}'", InMetadata(path, metadata), size, channels, templates, ct)
            : FromFiles(path, $"caption file of '{path}'", BesideImages(path), size, channels, templates, ct);
    }

    // An image is looked for where it has a caption only.
    private static CaptionedImages FromFiles(string folder, string source,
        IEnumerable<(Func<string>? Find, Dictionary<string, string> Fields)> all, int size, int channels, IReadOnlyList<string> templates,
        CancellationToken ct)
    {
        var (images, captions, names) = (new List<byte[]>(), new List<string[]>(), new SortedSet<string>());
        foreach (var (find, fields) in all)
        {
            ct.ThrowIfCancellationRequested();
            names.UnionWith(fields.Keys.Where(f => f != FileName && CaptionTemplate.IsName(f)));
            string[] texts = [.. templates.Select(t => CaptionTemplate.Fill(t, fields.GetValueOrDefault)).OfType<string>()];
            if (texts.Length == 0 || find is null) continue;
            images.Add(PictureFile.Decode(File.ReadAllBytes(find()), size, channels).ToPlanar());
            captions.Add(texts);
        }
        RequireFields(templates, names, source);
        if (images.Count == 0) throw new PlaygroundException($"No {source} has the fields of {string.Join(" or ", templates)}.");
        return new CaptionedImages(folder, size, channels, [.. images], [.. captions]);
    }

    private static CaptionedImages FromPacked(string path, int size, int channels, IReadOnlyList<string> templates, CancellationToken ct)
    {
        if (!Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase))
            throw new PlaygroundException($"'{path}' is one file; give a folder of images with captions, or a data set that was "
                + "downloaded from this program (.safetensors).");
        using var data = StoredDataset.Open(path);
        if ((data.Width, data.Height, data.Channels) != (size, size, channels))
            throw new PlaygroundException($"'{path}' holds images of {data.Width}×{data.Height} with {data.Channels} channels, and "
                + $"{size}×{size} with {channels} are wanted; make a version of the data set in that form.");
        if (StoredCaptions.NamesIn(data) is not { Count: > 0 } names)
            throw new PlaygroundException($"The images of '{path}' have neither captions nor classes; give another data set.");
        RequireFields(templates, names, $"image of '{path}'");
        var captioned = new StoredCaptions(data, templates);
        var images = new byte[captioned.Count][];
        for (var i = 0; i < images.Length; i++)
        {
            ct.ThrowIfCancellationRequested();
            captioned.Read(i, images[i] = new byte[channels * size * size]);
        }
        return new CaptionedImages(path, size, channels, images, [.. captioned.Captions.Select(c => c.ToArray())]);
    }

    private static void RequireFields(IReadOnlyList<string> templates, IEnumerable<string> names, string source)
    {
        if (templates.SelectMany(CaptionTemplate.FieldsOf).Except(names).FirstOrDefault() is { } unknown)
            throw new PlaygroundException($"No {source} has the field {{{unknown}}}; there is "
                + $"{string.Join(", ", names.Select(n => $"{{{n}}}"))}.");
    }

    private static IEnumerable<(Func<string>? Find, Dictionary<string, string> Fields)> InMetadata(string folder, string path)
    {
        foreach (var (index, line) in File.ReadLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            var number = index + 1;
            var fields = Fields(line, number);
            yield return (fields.TryGetValue(FileName, out var file) ? () => Located(folder, file, number) : null, fields);
        }
    }

    private static string Located(string folder, string file, int number)
    {
        var full = Path.GetFullPath(Path.Combine(folder, file));
        if (!full.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new PlaygroundException($"Line {number} of metadata.jsonl names '{file}', which is outside the folder.");
        return File.Exists(full) ? full
            : throw new PlaygroundException($"Line {number} of metadata.jsonl names '{file}', which is not there.");
    }

    private static IReadOnlyList<(Func<string>? Find, Dictionary<string, string> Fields)> BesideImages(string folder)
    {
        (Func<string>? Find, Dictionary<string, string> Fields)[] found = [.. FolderListing.Of(folder).Images
            .Select(i => Path.Combine(folder, i)).Select(i => (Image: i, Caption: PictureMetadata.CaptionBeside(i)))
            .Where(i => i.Caption is not null)
            .Select(i => ((Func<string>?)(() => i.Image), new Dictionary<string, string> { [CaptionTemplate.Text] = i.Caption! }))];
        return found.Length > 0 ? found : throw new PlaygroundException($"'{folder}' has no metadata.jsonl with captions. Put one there, a "
            + """line for each image such as {"file_name": "a.png", "text": "a red apple"}, or a text file beside each image: a.txt for """
            + "a.png.");
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
