using System.IO.Compression;

namespace Playground.Core.Data;

/// <summary>
/// MNIST's IDX files (LeCun, Cortes, Burges): <c>PREFIX-images-idx3-ubyte[.gz]</c> and <c>PREFIX-labels-idx1-ubyte[.gz]</c>, and as
/// <see cref="IdxNames"/> knows them.
/// </summary>
public sealed class IdxDataset : IPictureDataset
{
    private const int MaxBytes = 1 << 30;
    private readonly byte[] _pixels, _labels;

    private IdxDataset(string name, int count, int height, int width, byte[] pixels, byte[] labels)
        => (Name, Count, Height, Width, _pixels, _labels) = (name, count, height, width, pixels, labels);

    public string Name { get; }

    public int Count { get; }

    public int Channels => 1;

    public int Height { get; }

    public int Width { get; }

    public int? Classes => _labels.Length == 0 ? null : _labels.Max() + 1;

    public void Read(int index, Span<byte> into) => _pixels.AsSpan(index * Height * Width, Height * Width).CopyTo(into);

    /// <inheritdoc/>
    public string Form => $"idx {Height}x{Width}";

    public int Label(int index) => _labels.Length == 0 ? 0 : _labels[index];

    public static bool Exists(string prefix) => IdxNames.ImagesOf(prefix) is not null;

    /// <summary>
    /// The prefix that <paramref name="path"/> is, or is the file of images of, or the one pair's of the folder that it is; null where
    /// there
    /// is no such data set.
    /// </summary>
    public static string? PrefixAt(string path)
    {
        if (Exists(path)) return path;
        var (folder, name) = (Path.GetDirectoryName(path) ?? "", Path.GetFileName(path));
        if (IdxNames.PrefixOf(name) is { } prefix && Exists(Path.Combine(folder, prefix))) return Path.Combine(folder, prefix);
        return IdxNames.PrefixesIn(path) is [var only] ? Path.Combine(path, only) : null;
    }

    /// <exception cref="PlaygroundException">A file is missing, truncated, or not IDX.</exception>
    public static IdxDataset Load(string prefix)
    {
        var (pixels, size) = Parse(IdxNames.ImagesOf(prefix) ?? throw new PlaygroundException(
            $"No '{prefix}-images-idx3-ubyte' or '.gz' was found; give the part of the name before '-images-idx3-ubyte'."), 3);
        if (IdxNames.LabelsOf(prefix) is not { } file) return new IdxDataset(prefix, size[0], size[1], size[2], pixels, []);
        var (labels, count) = Parse(file, 1);
        return count[0] == size[0]
            ? new IdxDataset(prefix, size[0], size[1], size[2], pixels, labels)
            : throw new PlaygroundException($"'{prefix}' has {size[0]} pictures and {count[0]} labels; there must be as many of each.");
    }

    /// <summary>How many pictures there are and how large, by the header; null where there are none, or what is there is not IDX.</summary>
    public static (int Count, int Height, int Width)? SizeIn(string prefix)
    {
        if (IdxNames.ImagesOf(prefix) is not { } path) return null;
        try
        {
            using var plain = Open(path);
            return IdxHeader.Read(plain, path, MaxBytes) is [var count, var height, var width] ? (count, height, width) : null;
        }
        catch (Exception e) when (e is PlaygroundException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // By its bytes: a browser may have unpacked it, and kept the name.
    private static Stream Open(string path)
    {
        var file = File.OpenRead(path);
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static (byte[] Values, int[] Size) Parse(string path, int dimensions) => FileReading.Of(path, () => Values(path, dimensions));

    private static (byte[] Values, int[] Size) Values(string path, int dimensions)
    {
        using var plain = Open(path);
        try
        {
            var size = IdxHeader.Read(plain, path, MaxBytes);
            if (size.Length != dimensions)
                throw new PlaygroundException($"'{path}' is an IDX file of {size.Length} dimensions; {dimensions} are wanted.");
            var values = new byte[size.Aggregate(1L, (a, b) => a * b)];
            plain.ReadExactly(values);
            return (values, size);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw new PlaygroundException($"'{path}' is truncated or damaged. Copy it again from its source.", e);
        }
    }
}
