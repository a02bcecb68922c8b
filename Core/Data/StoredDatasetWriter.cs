using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Playground.Core.Data;

/// <summary>What is known of a stored data set before its pictures are written.</summary>
/// <param name="Count">N.</param>
/// <param name="Channels">1: grey, 3: sRGB.</param>
/// <param name="Size">Height and width in pixels.</param>
/// <param name="ClassNames">By label; empty without classes.</param>
/// <param name="Labels">N of them; empty without classes.</param>
/// <param name="Captions">N of them, null where a picture has none; empty when none has.</param>
public sealed record StoredDatasetContents(int Count, int Channels, int Size, IReadOnlyList<string> ClassNames, IReadOnlyList<int> Labels,
    IReadOnlyList<string?> Captions)
{
    /// <summary>What else is said of each picture, N of them, null where nothing is; empty where nothing is of any.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>?> Fields { get; init; } = [];
}

/// <summary>
/// Writes the file that <see cref="StoredDataset"/> reads, picture by picture. The same contents give the same bytes, and so the same hash.
/// </summary>
public sealed class StoredDatasetWriter : IDisposable
{
    /// <summary>Most values of all pictures together: safetensors' readers here take no larger tensor.</summary>
    public const long MaxValues = 1L << 33;

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly StoredDatasetContents _contents;
    private readonly byte[] _captions, _fields;
    private int _written;

    /// <param name="path">A new file.</param>
    /// <param name="contents">What will be written.</param>
    public StoredDatasetWriter(string path, StoredDatasetContents contents)
    {
        _contents = contents;
        _captions = contents.Captions.Count == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(contents.Captions, s_json);
        _fields = contents.Fields.Count == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(contents.Fields, s_json);
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        var header = Header();
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, (ulong)header.Length);
        Put(number);
        Put(header);
        foreach (var label in contents.Labels)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, label);
            Put(number);
        }
    }

    /// <summary>The next picture, [C, H, W], 0 to 255.</summary>
    public void Append(ReadOnlySpan<byte> picture)
    {
        if (picture.Length != PictureSize)
            throw new ArgumentException($"{picture.Length} bytes are not a picture of {PictureSize}.", nameof(picture));
        if (_written++ == _contents.Count) throw new InvalidOperationException($"More than {_contents.Count} pictures were given.");
        Put(picture);
    }

    /// <summary>Ends the file and brings it to the disk.</summary>
    /// <returns>The SHA-256 of the whole file, in hexadecimal.</returns>
    public string Finish()
    {
        if (_written != _contents.Count) throw new InvalidOperationException($"{_written} pictures were given of {_contents.Count}.");
        Put(_captions);
        Put(_fields);
        _file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    private int PictureSize => _contents.Channels * _contents.Size * _contents.Size;

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _file.Write(bytes);
    }

    private byte[] Header()
    {
        var tensors = new List<(string Name, string Type, long[] Shape, long Bytes)>();
        if (_contents.Labels.Count > 0) tensors.Add((StoredDataset.Labels, "I64", [_contents.Count], 8L * _contents.Count));
        tensors.Add((StoredDataset.Pictures, "U8", [_contents.Count, _contents.Channels, _contents.Size, _contents.Size],
            (long)_contents.Count * PictureSize));
        if (_captions.Length > 0) tensors.Add((StoredDataset.Captions, "U8", [_captions.Length], _captions.Length));
        if (_fields.Length > 0) tensors.Add((StoredDataset.Fields, "U8", [_fields.Length], _fields.Length));

        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("__metadata__");
            writer.WriteString("format", "playground-dataset");
            writer.WriteString(StoredDataset.ClassNamesKey, JsonSerializer.Serialize(_contents.ClassNames, s_json));
            writer.WriteEndObject();
            var offset = 0L;
            foreach (var (name, type, shape, bytes) in tensors)
            {
                writer.WritePropertyName(name);
                JsonSerializer.Serialize(writer, new { dtype = type, shape, data_offsets = new[] { offset, offset += bytes } });
            }
            writer.WriteEndObject();
        }
        while (json.Length % 8 != 0) json.WriteByte((byte)' ');
        return json.ToArray();
    }
}
