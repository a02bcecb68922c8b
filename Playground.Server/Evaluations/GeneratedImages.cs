using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Playground.Core.Data.Sets;
using Playground.Core.Imaging;

namespace Playground.Server.Evaluations;

/// <summary>
/// The images that a model made for one combination, in a file that only grows: one record an image. What a run that was cut off had
/// written whole is there for the next; a record that is not whole is cut away. Any number of threads may read.
/// </summary>
internal sealed class GeneratedImages : IPictureSet
{
    private const int Head = sizeof(int) + sizeof(float);
    private readonly SafeFileHandle _file;
    private readonly int _record, _size, _channels;
    private readonly EvaluatedClasses _classes;

    /// <param name="path">Made where it is not there.</param>
    /// <param name="name">What reports call them.</param>
    /// <param name="size">Height and width of the images.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="classes">How their classes are told apart; null: by their numbers.</param>
    public GeneratedImages(string path, string name, int size, int channels, EvaluatedClasses? classes = null)
    {
        _classes = classes ?? new EvaluatedClasses([], []);
        (Name, _size, _channels, _record) = (name, size, channels, Head + size * size * channels);
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        Count = (int)(RandomAccess.GetLength(_file) / _record);
        RandomAccess.SetLength(_file, Count * (long)_record);
    }

    public string Name { get; }

    public string Form => $"pixels {_size}x{_size}x{_channels}";

    public int Count { get; private set; }

    /// <summary>What the making of all of them took.</summary>
    public double Seconds => Enumerable.Range(0, Count).Sum(i => (double)BinaryPrimitives.ReadSingleLittleEndian(
        Bytes(i, sizeof(int), sizeof(float))));

    /// <summary>Appends images, durably.</summary>
    /// <param name="images">N images.</param>
    /// <param name="labels">N classes; empty: none.</param>
    /// <param name="seconds">What the making of all N took.</param>
    public void Append(PictureBatch images, IReadOnlyList<int> labels, double seconds)
    {
        var bytes = new byte[images.Count * _record];
        for (var i = 0; i < images.Count; i++)
        {
            var record = bytes.AsSpan(i * _record, _record);
            BinaryPrimitives.WriteInt32LittleEndian(record, labels.Count == 0 ? -1 : labels[i]);
            BinaryPrimitives.WriteSingleLittleEndian(record[sizeof(int)..], (float)(seconds / images.Count));
            images.Pixels.AsSpan(i * images.PictureSize, images.PictureSize).CopyTo(record[Head..]);
        }
        RandomAccess.Write(_file, bytes, Count * (long)_record);
        RandomAccess.FlushToDisk(_file);
        Count += images.Count;
    }

    public string NameOf(int index) => $"{Name}[{index}]";

    public string? ClassOf(int index) => _classes.KeyOf(LabelOf(index));

    /// <summary>The class of an image; -1: none.</summary>
    public int LabelOf(int index) => BinaryPrimitives.ReadInt32LittleEndian(Bytes(index, 0, sizeof(int)));

    public PictureBatch Read(int index) => new(1, _size, _size, _channels, ReadBytes(index));

    public byte[] ReadBytes(int index) => Bytes(index, Head, _record - Head);

    public void Dispose() => _file.Dispose();

    private byte[] Bytes(int index, int from, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = RandomAccess.Read(_file, bytes.AsSpan(read), (long)index * _record + from + read);
            if (more == 0) throw new EndOfStreamException($"'{Name}' ends before image {index}.");
            read += more;
        }
        return bytes;
    }
}
