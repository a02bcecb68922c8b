using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Playground.Core.Imaging;
using Playground.Evaluation.Features;

namespace Playground.Server.Evaluations;

/// <summary>
/// The pictures of one combination with their features, in a file that only grows: one record a picture. What a run that was cut off had
/// written whole is there for the next; a record that is not whole is cut away.
/// </summary>
internal sealed class GradedPictures : IDisposable
{
    private readonly FileStream _file;
    private readonly int _features, _logits, _record;
    private readonly (int Height, int Width, int Channels) _picture;

    /// <param name="path">Made where it is not there.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="classes">K, or null without logits.</param>
    /// <param name="size">Height and width of the pictures.</param>
    /// <param name="channels">1 or 3.</param>
    public GradedPictures(string path, int dimensions, int? classes, int size, int channels)
    {
        (_features, _logits, _picture) = (dimensions, classes ?? 0, (size, size, channels));
        _record = sizeof(int) + sizeof(float) * (1 + _features + _logits) + size * size * channels;
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        _file.SetLength(Count * (long)_record);
    }

    /// <summary>What the classes are called, by label; empty where they have no names.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    public int Count => (int)(_file.Length / _record);

    /// <summary>Appends pictures, durably.</summary>
    /// <param name="pictures">N pictures.</param>
    /// <param name="features">Of the same N.</param>
    /// <param name="labels">N classes; empty: none.</param>
    /// <param name="seconds">What the making of all N took.</param>
    public void Append(PictureBatch pictures, FeatureBatch features, IReadOnlyList<int> labels, double seconds)
    {
        var bytes = new byte[pictures.Count * _record];
        for (var i = 0; i < pictures.Count; i++)
        {
            var record = bytes.AsSpan(i * _record, _record);
            BinaryPrimitives.WriteInt32LittleEndian(record, labels.Count == 0 ? -1 : labels[i]);
            BinaryPrimitives.WriteSingleLittleEndian(record[4..], (float)(seconds / pictures.Count));
            var numbers = MemoryMarshal.Cast<byte, float>(record[8..(8 + 4 * (_features + _logits))]);
            features.Features.AsSpan(i * _features, _features).CopyTo(numbers);
            if (_logits > 0) features.Logits.AsSpan(i * _logits, _logits).CopyTo(numbers[_features..]);
            pictures.Pixels.AsSpan(i * pictures.PictureSize, pictures.PictureSize).CopyTo(record[(8 + 4 * (_features + _logits))..]);
        }
        _file.Seek(0, SeekOrigin.End);
        _file.Write(bytes);
        _file.Flush(flushToDisk: true);
    }

    /// <summary>The pictures in batches, in their order.</summary>
    public IEnumerable<(FeatureBatch Features, int[] Labels, double Seconds)> Read(int batch = 500)
    {
        for (var from = 0; from < Count; from += batch)
        {
            var n = Math.Min(batch, Count - from);
            var (features, logits, labels, seconds) = (new float[n * _features], new float[n * _logits], new int[n], 0.0);
            for (var i = 0; i < n; i++)
            {
                var record = Record(from + i);
                labels[i] = BinaryPrimitives.ReadInt32LittleEndian(record);
                seconds += BinaryPrimitives.ReadSingleLittleEndian(record.AsSpan(4));
                var numbers = MemoryMarshal.Cast<byte, float>(record.AsSpan(8, 4 * (_features + _logits)));
                numbers[.._features].CopyTo(features.AsSpan(i * _features));
                numbers[_features..].CopyTo(logits.AsSpan(i * _logits));
            }
            yield return (new FeatureBatch(n, features, _logits > 0 ? logits : null), labels, seconds);
        }
    }

    /// <summary>The picture at <paramref name="index"/>.</summary>
    public PictureBatch Picture(int index) => new(1, _picture.Height, _picture.Width, _picture.Channels,
        Record(index)[(8 + 4 * (_features + _logits))..]);

    /// <summary>The class of the picture at <paramref name="index"/>; -1: none.</summary>
    public int Label(int index) => BinaryPrimitives.ReadInt32LittleEndian(Record(index));

    private byte[] Record(int index)
    {
        var record = new byte[_record];
        _file.Seek((long)index * _record, SeekOrigin.Begin);
        _file.ReadExactly(record);
        return record;
    }

    public void Dispose() => _file.Dispose();
}
