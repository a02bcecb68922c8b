using System.IO.MemoryMappedFiles;
using System.Text.Json;
using Playground.Core.Checkpoints;

namespace Playground.Core.Data;

/// <summary>
/// Pictures decoded once and packed into one safetensors file: <c>pictures</c> [N, C, H, W] bytes, <c>labels</c> [N] int64 where there are
/// classes,
/// <c>captions</c> and <c>fields</c> (JSON in UTF-8) where pictures have captions, or say something else of themselves. It is
/// memory-mapped: opening costs nothing, and the system keeps in memory
/// what is used.
/// </summary>
public sealed class StoredDataset : IPictureDataset
{
    internal const string Pictures = "pictures", Labels = "labels", Captions = "captions", Fields = "fields", ClassNamesKey = "classes";

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long _pixels;
    private readonly int[] _labels;
    private readonly Lazy<string?[]> _captions;
    private readonly Lazy<Dictionary<string, string>?[]> _fields;
    private readonly Lazy<string[]> _fieldNames;

    private StoredDataset(string path, string name, SafetensorsHeader header)
    {
        Name = name;
        var pictures = Find(header, Pictures, 4) ?? throw Bad(path, "has no tensor 'pictures'");
        (Count, Channels, Height, Width) = ((int)pictures.Shape[0], (int)pictures.Shape[1], (int)pictures.Shape[2], (int)pictures.Shape[3]);
        if (Channels is not (1 or 3) || Height < 1 || Width < 1)
            throw Bad(path, $"has pictures of shape [{string.Join(", ", pictures.Shape)}]");
        _pixels = header.BufferStart + pictures.Begin;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        try
        {
            ClassNames = header.Metadata.TryGetValue(ClassNamesKey, out var json) ? JsonSerializer.Deserialize<string[]>(json) ?? [] : [];
            _labels = ReadLabels(path, header);
            _captions = new Lazy<string?[]>(() => ReadJson<string>(path, header, Captions));
            _fields = new Lazy<Dictionary<string, string>?[]>(() => ReadJson<Dictionary<string, string>>(path, header, Fields));
            _fieldNames = new Lazy<string[]>(() => [.. _fields.Value.OfType<Dictionary<string, string>>().SelectMany(f => f.Keys).Distinct()
                .Order(StringComparer.Ordinal)]);
        }
        catch (Exception e)
        {
            Dispose();
            if (e is JsonException) throw Bad(path, "has class names that are not JSON");
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int? Classes => ClassNames.Count == 0 ? null : ClassNames.Count;

    /// <inheritdoc/>
    public string? KnownHash { get; private init; }

    /// <summary>The classes' names, by label; empty when the pictures have none.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    private int PictureSize => Channels * Height * Width;

    /// <param name="path">The file.</param>
    /// <param name="name">What people call the data set; null: the file's name.</param>
    /// <param name="hash">Of its contents, where that is known.</param>
    /// <exception cref="PlaygroundException">The file is missing, truncated, or not what <see cref="StoredDatasetWriter"/>
    /// writes.</exception>
    public static StoredDataset Open(string path, string? name = null, string? hash = null)
        => FileReading.Of(path,
            () => new StoredDataset(path, name ?? Path.GetFileNameWithoutExtension(path), SafetensorsFile.ReadHeader(path))
            { KnownHash = hash });

    /// <inheritdoc/>
    public void Read(int index, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(_pixels + (long)index * PictureSize), into[..PictureSize]);
    }

    /// <inheritdoc/>
    public int Label(int index) => _labels.Length == 0 ? 0 : _labels[index];

    /// <summary>The caption of picture <paramref name="index"/>; null when it has none.</summary>
    public string? Caption(int index) => _captions.Value.Length == 0 ? null : _captions.Value[index];

    /// <summary>What else picture <paramref name="index"/> says of itself under a name; null: nothing.</summary>
    public string? Field(int index, string name)
        => _fields.Value.Length == 0 ? null : _fields.Value[index]?.GetValueOrDefault(name);

    /// <summary>The names of what pictures say of themselves besides their captions, in the order of the alphabet.</summary>
    public IReadOnlyList<string> FieldNames => _fieldNames.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private int[] ReadLabels(string path, SafetensorsHeader header)
    {
        if (ClassNames.Count == 0) return [];
        if (Find(header, Labels, 1) is not { } entry || entry.Shape[0] != Count || entry.End - entry.Begin != 8L * Count)
            throw Bad(path, $"has {ClassNames.Count} classes, and not one label for each of its {Count} pictures");
        var labels = new int[Count];
        for (var i = 0; i < Count; i++)
        {
            var label = _view.ReadInt64(header.BufferStart + entry.Begin + 8L * i);
            if (label < 0 || label >= ClassNames.Count)
                throw Bad(path, $"gives picture {i} the label {label}; there are {ClassNames.Count} classes");
            labels[i] = (int)label;
        }
        return labels;
    }

    private T?[] ReadJson<T>(string path, SafetensorsHeader header, string name) where T : class
    {
        if (Find(header, name, 1) is not { } entry) return [];
        var json = new byte[entry.End - entry.Begin];
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(header.BufferStart + entry.Begin), json.AsSpan());
        try
        {
            var found = JsonSerializer.Deserialize<T?[]>(json) ?? [];
            return found.Length == Count ? found : throw Bad(path, $"has {found.Length} {name} for {Count} pictures");
        }
        catch (JsonException)
        {
            throw Bad(path, $"has {name} that are not JSON");
        }
    }

    private static SafetensorsEntry? Find(SafetensorsHeader header, string name, int dimensions)
        => header.Entries.FirstOrDefault(e => e.Name == name && e.Shape.Length == dimensions);

    private static PlaygroundException Bad(string path, string what)
        => new($"'{Path.GetFileName(path)}' {what}; it is no stored data set. Make the version again.");
}
