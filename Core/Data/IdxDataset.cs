using System.IO.Compression;

namespace Playground.Core.Data;

/// <summary>
/// MNIST's IDX files (LeCun, Cortes, Burges): <c>PREFIX-images-idx3-ubyte[.gz]</c> and <c>PREFIX-labels-idx1-ubyte[.gz]</c>.
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

    public int Label(int index) => _labels.Length == 0 ? 0 : _labels[index];

    public static bool Exists(string prefix) => Find(prefix, "images-idx3-ubyte") is not null;

    /// <exception cref="PlaygroundException">A file is missing, truncated, or not IDX.</exception>
    public static IdxDataset Load(string prefix)
    {
        var (pixels, size) = Parse(Find(prefix, "images-idx3-ubyte") ?? throw new PlaygroundException(
            $"No '{prefix}-images-idx3-ubyte' or '.gz' was found; give the part of the name before '-images-idx3-ubyte'."), 3);
        if (Find(prefix, "labels-idx1-ubyte") is not { } file) return new IdxDataset(prefix, size[0], size[1], size[2], pixels, []);
        var (labels, count) = Parse(file, 1);
        return count[0] == size[0]
            ? new IdxDataset(prefix, size[0], size[1], size[2], pixels, labels)
            : throw new PlaygroundException($"'{prefix}' has {size[0]} pictures and {count[0]} labels; there must be as many of each.");
    }

    /// <summary>How many pictures there are and how large, by the header; null where there are none, or what is there is not IDX.</summary>
    public static (int Count, int Height, int Width)? SizeIn(string prefix)
    {
        if (Find(prefix, "images-idx3-ubyte") is not { } path) return null;
        try
        {
            using var plain = Open(path);
            return IdxHeader.Read(plain, path, MaxBytes) is [var count, var height, var width] ? (count, height, width) : null;
        }
        catch (Exception e) when (e is PlaygroundException or IOException or InvalidDataException)
        {
            return null;
        }
    }

    private static string? Find(string prefix, string part)
        => new[] { $"{prefix}-{part}", $"{prefix}-{part}.gz" }.FirstOrDefault(File.Exists);

    private static Stream Open(string path) => path.EndsWith(".gz", StringComparison.Ordinal)
        ? new GZipStream(File.OpenRead(path), CompressionMode.Decompress)
        : File.OpenRead(path);

    private static (byte[] Values, int[] Size) Parse(string path, int dimensions)
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
