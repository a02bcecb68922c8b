namespace Playground.Core.Data;

/// <summary>CIFAR-10 or CIFAR-100 from the <c>.bin</c> files of its binary version, in alphabetical order.</summary>
public sealed class CifarDataset : IPictureDataset
{
    private const int MaxBytes = 1 << 30;
    private readonly byte[] _records;
    private readonly int _labelBytes;

    private CifarDataset(string name, byte[] records, int labelBytes) => (Name, _records, _labelBytes) = (name, records, labelBytes);

    public string Name { get; }

    public int Count => _records.Length / RecordSize;

    public int Channels => CifarRecords.Channels;

    public int Height => CifarRecords.Side;

    public int Width => CifarRecords.Side;

    public int? Classes => _labelBytes == 1 ? 10 : 100;

    private int RecordSize => _labelBytes + CifarRecords.PictureSize;

    public void Read(int index, Span<byte> into)
        => _records.AsSpan(index * RecordSize + _labelBytes, CifarRecords.PictureSize).CopyTo(into);

    /// <inheritdoc/>
    public string Form => $"cifar {_labelBytes}";

    /// <summary>The whole record, its labels first.</summary>
    public byte[] ReadBytes(int index) => _records.AsSpan(index * RecordSize, RecordSize).ToArray();

    public int Label(int index) => _records[index * RecordSize + _labelBytes - 1];

    /// <param name="path">One file, or a folder of them.</param>
    /// <exception cref="PlaygroundException">No file is there, or one is not CIFAR's binary form.</exception>
    public static CifarDataset Load(string path)
    {
        string[] files = Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*.bin").Order(StringComparer.Ordinal)]
            : File.Exists(path) ? [path] : [];
        if (files.Length == 0)
            throw new PlaygroundException($"'{path}' holds no .bin files of CIFAR; give data_batch_1.bin, or the folder of it.");
        if (files.Sum(LengthOf) is > MaxBytes and var total)
            throw new PlaygroundException($"The files of '{path}' have {total:N0} bytes together; the limit is {MaxBytes:N0}.");
        var parts = files.Select(f => (Bytes: FileReading.Of(f, () => File.ReadAllBytes(f)), File: f)).ToList();
        var forms = parts.Select(p => CifarRecords.LabelBytes(p.Bytes.Length, p.Bytes.AsSpan(0, Math.Min(2, p.Bytes.Length)))
            ?? throw new PlaygroundException(
                $"'{p.File}' has {p.Bytes.Length:N0} bytes, which are not whole records of CIFAR-10 (3,073) or CIFAR-100 (3,074). Copy it "
                    + "again from its source.")).Distinct().ToList();
        if (forms.Count > 1) throw new PlaygroundException($"'{path}' mixes CIFAR-10 and CIFAR-100; give one of them.");
        var data = new CifarDataset(path, [.. parts.SelectMany(p => p.Bytes)], forms[0]);
        for (var i = 0; i < data.Count; i++) CifarRecords.Label(data._records.AsSpan(i * data.RecordSize), forms[0]);
        return data;
    }

    private static long LengthOf(string file) => FileReading.Of(file, () => new FileInfo(file).Length);
}
