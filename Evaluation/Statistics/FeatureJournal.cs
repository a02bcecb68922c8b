using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Playground.Evaluation.Features;

namespace Playground.Evaluation.Statistics;

/// <summary>
/// The features of a set of pictures while they are being taken, in a file that only grows: one record a picture. What a run that was cut
/// off had written whole is there for the next; from the first record that is not sound on, the file is cut away.
/// </summary>
internal sealed class FeatureJournal : IDisposable
{
    private const int Batch = 512;
    private readonly FileStream _file;
    private readonly int _features, _logits, _record;
    private bool _isFull;

    /// <param name="path">Made where it is not there; nobody else may have it open.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="classes">K, or null without logits.</param>
    /// <exception cref="IOException">Another run writes to it, or it cannot be written.</exception>
    public FeatureJournal(string path, int dimensions, int? classes)
    {
        (_features, _logits) = (dimensions, classes ?? 0);
        _record = sizeof(int) + sizeof(float) * (_features + _logits);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>What is there, in the order in which it was written; to be read before anything is appended.</summary>
    /// <param name="pictures">How many pictures the set has.</param>
    public IEnumerable<PictureFeatures> Read(int pictures)
    {
        var (sound, last) = (0L, -1);
        _file.Position = 0;
        while (true)
        {
            var bytes = new byte[Batch * _record];
            var read = _file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) / _record;
            var (indices, features, logits) = (new List<int>(), new float[read * _features], new float[read * _logits]);
            for (var i = 0; i < read; i++)
            {
                var record = bytes.AsSpan(i * _record, _record);
                var index = BinaryPrimitives.ReadInt32LittleEndian(record);
                var numbers = MemoryMarshal.Cast<byte, float>(record[sizeof(int)..]);
                if (index <= last || index >= pictures || !AreFinite(numbers)) break;
                numbers[.._features].CopyTo(features.AsSpan(i * _features));
                numbers[_features..].CopyTo(logits.AsSpan(i * _logits));
                indices.Add(last = index);
            }
            sound += (long)indices.Count * _record;
            if (indices.Count > 0)
                yield return new PictureFeatures([.. indices], new FeatureBatch(indices.Count, features[..(indices.Count * _features)],
                    _logits > 0 ? logits[..(indices.Count * _logits)] : null));
            if (indices.Count < Batch) break;
        }
        _file.SetLength(sound);
        _file.Position = sound;
    }

    /// <summary>Appends the features of some pictures, durably. A disk that is full ends the journal, and not the run.</summary>
    public void Append(PictureFeatures features)
    {
        if (_isFull) return;
        var (indices, batch) = (features.Indices, features.Batch);
        var bytes = new byte[indices.Length * _record];
        for (var i = 0; i < indices.Length; i++)
        {
            var record = bytes.AsSpan(i * _record, _record);
            BinaryPrimitives.WriteInt32LittleEndian(record, indices[i]);
            var numbers = MemoryMarshal.Cast<byte, float>(record[sizeof(int)..]);
            batch.Features.AsSpan(i * _features, _features).CopyTo(numbers);
            if (_logits > 0) batch.Logits.AsSpan(i * _logits, _logits).CopyTo(numbers[_features..]);
        }
        try
        {
            _file.Write(bytes);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            _isFull = true;
        }
    }

    /// <summary>Ends it and removes the file: all features are taken.</summary>
    public void Complete()
    {
        _file.Dispose();
        File.Delete(_file.Name);
    }

    public void Dispose() => _file.Dispose();

    private static bool AreFinite(ReadOnlySpan<float> numbers)
    {
        foreach (var number in numbers)
            if (!float.IsFinite(number)) return false;
        return true;
    }
}
