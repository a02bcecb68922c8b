using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Playground.Core;
using Playground.Core.Data;

namespace Playground.Evaluation.Features.Torch;

/// <summary>
/// A dictionary of tensors that torch.save wrote, in the zip form (PyTorch 1.6 and later) or in the older one. The pickle inside is
/// read by <see cref="PickleReader"/>, which can build nothing but tensors.
/// </summary>
internal static class TorchFile
{
    private const long MaxBytes = 1L << 30;
    private const string Magic = "1950a86a20f9469cfc6c";

    /// <returns>The tensors by name, in the file's order.</returns>
    /// <exception cref="WeightsException">The file is not such a dictionary, is damaged, or asks for anything but tensors.</exception>
    public static IReadOnlyDictionary<string, TorchTensor> Read(string path)
    {
        try
        {
            using var file = FileReading.Of(path, () => File.OpenRead(path));
            if (file.Length > MaxBytes) throw new WeightsException($"it has {file.Length:N0} bytes; the limit is {MaxBytes:N0}");
            Span<byte> head = stackalloc byte[4];
            var isZip = file.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head.SequenceEqual("PK\x3\x4"u8);
            file.Position = 0;
            return isZip ? ReadZip(file) : ReadLegacy(file);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or InvalidOperationException
            or OverflowException or FormatException or NotSupportedException or IndexOutOfRangeException or InvalidCastException)
        {
            throw new WeightsException("it is cut off or damaged; copy it again from its source", e);
        }
    }

    private static Dictionary<string, TorchTensor> ReadZip(Stream file)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        var pickle = zip.Entries.SingleOrDefault(e => e.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw new WeightsException("it is a zip archive without data.pkl, not one of PyTorch");
        var root = pickle.FullName[..^"data.pkl".Length];
        if (zip.GetEntry(root + "byteorder") is { } order && Text(order) != "little")
            throw new WeightsException("its numbers are big-endian: save it again on an ordinary machine");
        object? pickled;
        using (var stream = new BufferedStream(pickle.Open())) pickled = new PickleReader(stream).Read();
        var storages = new Dictionary<string, byte[]>();
        return Tensors(pickled, storage =>
        {
            if (storages.TryGetValue(storage.Key, out var known)) return known;
            var entry = zip.GetEntry($"{root}data/{storage.Key}") ?? throw new WeightsException($"it lacks its storage '{storage.Key}'");
            // PyTorch never compresses, so an honest storage is as long in the file as it claims to be.
            if (entry.CompressedLength != storage.Bytes || entry.Length != storage.Bytes)
                throw new WeightsException(WrongSize(storage.Key));
            using var data = entry.Open();
            return storages[storage.Key] = Exactly(data, storage);
        });
    }

    // Five pickles (magic number, version, machine, the object, the storages' keys), then each storage with its length before it.
    private static Dictionary<string, TorchTensor> ReadLegacy(Stream file)
    {
        using var stream = new BufferedStream(file, 1 << 16);
        var reader = new PickleReader(stream);
        if (reader.Read() is not Magic) throw new WeightsException("it was not written by torch.save");
        reader.Read();
        if (reader.Read() is Dictionary<string, object?> machine && machine.GetValueOrDefault("little_endian") is false)
            throw new WeightsException("its numbers are big-endian: save it again on an ordinary machine");
        var pickled = reader.Read();
        var keys = reader.Read() as List<object?> ?? throw PickleReader.Damaged();
        var sizes = References(pickled).Select(r => r.Tensor.Storage).DistinctBy(s => s.Key).ToDictionary(s => s.Key, s => s);
        var storages = new Dictionary<string, byte[]>();
        var length = new byte[8];
        foreach (var key in keys.OfType<string>())
        {
            stream.ReadExactly(length);
            if (!sizes.TryGetValue(key, out var storage) || BinaryPrimitives.ReadInt64LittleEndian(length) != storage.Count)
                throw new WeightsException(WrongSize(key));
            if (storage.Bytes > file.Length) throw new EndOfStreamException();
            storages[key] = Exactly(stream, storage);
        }
        return Tensors(pickled, storage => storages.GetValueOrDefault(storage.Key)
            ?? throw new WeightsException($"it lacks its storage '{storage.Key}'"));
    }

    private static IEnumerable<(string Name, TensorReference Tensor)> References(object? pickled)
    {
        if (pickled is not Dictionary<string, object?> entries)
            throw new WeightsException("it does not hold a dictionary of tensors: save model.state_dict()");
        return entries.Select(e => (e.Key, e.Value as TensorReference
            ?? throw new WeightsException($"its entry '{e.Key}' is not a tensor: save model.state_dict()")));
    }

    private static Dictionary<string, TorchTensor> Tensors(object? pickled, Func<StorageReference, byte[]> read)
    {
        var references = References(pickled).ToList();
        var total = references.Sum(r => r.Tensor.Shape.Aggregate(4L, (a, b) => a * b));
        total = Math.Max(total, references.Select(r => r.Tensor.Storage).DistinctBy(s => s.Key).Sum(s => s.Bytes));
        if (total > MaxBytes) throw new WeightsException($"its tensors have {total:N0} bytes; the limit is {MaxBytes:N0}");
        return references.ToDictionary(r => r.Name, r => new TorchTensor(r.Tensor.Shape, Values(r.Tensor, read(r.Tensor.Storage))));
    }

    private static float[] Values(TensorReference tensor, byte[] storage)
    {
        var values = new float[tensor.Shape.Aggregate(1L, (a, b) => a * b)];
        if (tensor is { Storage.Type: "FloatStorage", IsContiguous: true })
        {
            MemoryMarshal.Cast<byte, float>(storage).Slice((int)tensor.Offset, values.Length).CopyTo(values);
            return values;
        }
        for (var i = 0L; i < values.Length; i++)
        {
            var (rest, at) = (i, tensor.Offset);
            for (var d = tensor.Shape.Length - 1; d >= 0; d--)
                (rest, at) = (rest / tensor.Shape[d], at + rest % tensor.Shape[d] * tensor.Stride[d]);
            values[i] = tensor.Storage.Type switch
            {
                "FloatStorage" => MemoryMarshal.Cast<byte, float>(storage)[(int)at],
                "HalfStorage" => (float)MemoryMarshal.Cast<byte, Half>(storage)[(int)at],
                "DoubleStorage" => (float)MemoryMarshal.Cast<byte, double>(storage)[(int)at],
                "LongStorage" => MemoryMarshal.Cast<byte, long>(storage)[(int)at],
                _ => MemoryMarshal.Cast<byte, int>(storage)[(int)at],
            };
        }
        return values;
    }

    private static byte[] Exactly(Stream stream, StorageReference storage)
    {
        var bytes = new byte[storage.Bytes];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string WrongSize(string key) => $"its storage '{key}' is not of the size that its tensors say";

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        var letters = new char[16];
        return new string(letters, 0, reader.ReadBlock(letters)).Trim();
    }
}
