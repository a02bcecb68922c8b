using Playground.Core.Imaging;

namespace Playground.Core.Data;

/// <summary>
/// A folder of pictures; subfolders, where there are any, are the classes in alphabetical order. Decoded once, at one size.
/// </summary>
public sealed class ImageFolderDataset : IPictureDataset
{
    private static readonly string[] s_extensions = [".png", ".jpg", ".jpeg", ".webp", ".gif"];
    private readonly byte[][] _pictures;
    private readonly int[] _labels;

    private ImageFolderDataset(string name, int size, int channels, byte[][] pictures, int[] labels, string[] classes)
        => (Name, Height, Width, Channels, _pictures, _labels, ClassNames) = (name, size, size, channels, pictures, labels, classes);

    public string Name { get; }

    public int Count => _pictures.Length;

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    public int? Classes => ClassNames.Count == 0 ? null : ClassNames.Count;

    /// <summary>The subfolders' names, by label.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    public void Read(int index, Span<byte> into) => _pictures[index].CopyTo(into);

    public int Label(int index) => _labels[index];

    /// <param name="folder">The pictures, or one subfolder per class.</param>
    /// <param name="size">Shorter side in pixels; the centre is cropped.</param>
    /// <param name="channels">1 for grey, 3 for colour.</param>
    /// <param name="ct">Stops the decoding.</param>
    /// <exception cref="PlaygroundException">No picture is there, or one cannot be decoded (it is named).</exception>
    public static ImageFolderDataset Load(string folder, int size, int channels, CancellationToken ct = default)
    {
        if (!Directory.Exists(folder)) throw new PlaygroundException($"The data folder '{folder}' does not exist.");
        var classes = Directory.GetDirectories(folder).Where(d => Files(d).Any()).Order(StringComparer.Ordinal).ToArray();
        var files = classes.Length == 0
            ? [.. Files(folder).Select(f => (Path: f, Label: 0))]
            : classes.SelectMany((d, label) => Files(d).Select(f => (Path: f, Label: label))).ToList();
        if (files.Count == 0) throw new PlaygroundException(
            $"'{folder}' holds no pictures; put {string.Join(", ", s_extensions)} files there, or one subfolder per class.");

        var pictures = new byte[files.Count][];
        Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = ct },
            i => pictures[i] = Planar(files[i].Path, size, channels));
        return new ImageFolderDataset(folder, size, channels, pictures, [.. files.Select(f => f.Label)],
            [.. classes.Select(c => Path.GetFileName(c))]);
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder)
        .Where(f => s_extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);

    private static byte[] Planar(string path, int size, int channels)
    {
        PictureBatch picture;
        try
        {
            picture = PictureFile.Decode(File.ReadAllBytes(path), size, channels);
        }
        catch (PlaygroundException e)
        {
            throw new PlaygroundException($"'{path}': {e.Message}", e);
        }
        var planar = new byte[picture.Pixels.Length];
        var plane = size * size;
        for (var i = 0; i < plane; i++)
            for (var c = 0; c < channels; c++) planar[c * plane + i] = picture.Pixels[i * channels + c];
        return planar;
    }
}
