using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace Playground.Core.Checkpoints;

/// <summary>Reads and writes safetensors: a header length (u64, little-endian), a JSON header, then the tensors without gaps.</summary>
public static class SafetensorsFile
{
    /// <summary>The header alone, checked against the file's size.</summary>
    public static SafetensorsHeader ReadHeader(string path) => FileReading.Of(path, () =>
    {
        using var file = Open(path);
        return SafetensorsHeader.Read(file, Path.GetFileName(path));
    });

    /// <summary>All tensors, on the CPU, by name. The caller's dispose scope owns them.</summary>
    /// <exception cref="PlaygroundException">The file is missing, truncated, or its header lies; nothing is kept.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path) => FileReading.Of(path, () =>
    {
        using var file = Open(path);
        var header = SafetensorsHeader.Read(file, Path.GetFileName(path));
        return header.Entries.ToDictionary(e => e.Name, e => Read(file, header, e));
    });

    /// <summary>Calls <paramref name="visit"/> with each tensor in turn, on the CPU; it is freed afterwards.</summary>
    /// <exception cref="PlaygroundException">As for <see cref="Read(string)"/>.</exception>
    public static void Each(string path, Action<string, Tensor> visit)
    {
        using var file = FileReading.Of(path, () => Open(path));
        var header = FileReading.Of(path, () => SafetensorsHeader.Read(file, Path.GetFileName(path)));
        foreach (var entry in header.Entries)
        {
            using var scope = NewDisposeScope();
            visit(entry.Name, FileReading.Of(path, () => Read(file, header, entry)));
        }
    }

    private static Tensor Read(FileStream file, SafetensorsHeader header, SafetensorsEntry entry)
    {
        file.Position = header.BufferStart + entry.Begin;
        var tensor = empty(entry.Shape, entry.Type);
        if (tensor.numel() > 0) file.ReadExactly(tensor.bytes);
        return tensor;
    }

    /// <summary>
    /// Writes beside <paramref name="path"/> and renames, so that the file is whole or not there. One tensor at a time is laid out for it.
    /// </summary>
    /// <param name="path">Where to.</param>
    /// <param name="tensors">By name.</param>
    /// <param name="metadata">What the header says beside the tensors; null: that they are PyTorch's.</param>
    /// <param name="type">Type of all tensors in the file; null: each as it is.</param>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null,
        ScalarType? type = null)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var ordered = tensors.Select(t => new Entry(t.Key, t.Value.detach(), type ?? t.Value.dtype))
            .OrderByDescending(t => SafetensorsHeader.WidthOf(t.Type)).ThenBy(t => t.Name, StringComparer.Ordinal).ToList();

        using var json = HeaderOf(ordered, metadata ?? new Dictionary<string, string> { ["format"] = "pt" });
        var part = path + ".part";
        using (var file = File.Create(part))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
            file.Write(length);
            json.WriteTo(file);
            foreach (var (_, tensor, wanted) in ordered)
            {
                if (tensor.numel() == 0) continue;
                using var one = NewDisposeScope();
                file.Write(tensor.to(wanted).cpu().contiguous().bytes);
            }
            file.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
    }

    // Padded to whole words, so that the numbers behind it are aligned.
    private static MemoryStream HeaderOf(List<Entry> ordered, IReadOnlyDictionary<string, string> metadata)
    {
        var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata) writer.WriteString(key, value);
            writer.WriteEndObject();
            var offset = 0L;
            foreach (var (name, tensor, wanted) in ordered)
            {
                var end = offset + tensor.numel() * SafetensorsHeader.WidthOf(wanted);
                writer.WriteStartObject(name);
                writer.WriteString("dtype", SafetensorsHeader.NameOf(wanted));
                WriteNumbers(writer, "shape", tensor.shape);
                WriteNumbers(writer, "data_offsets", [offset, end]);
                writer.WriteEndObject();
                offset = end;
            }
            writer.WriteEndObject();
        }
        while (json.Length % 8 != 0) json.WriteByte((byte)' ');
        return json;
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, long[] values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    private readonly record struct Entry(string Name, Tensor Value, ScalarType Type);

    private static FileStream Open(string path) => File.Exists(path)
        ? File.OpenRead(path)
        : throw new PlaygroundException($"'{Path.GetFileName(path)}' is missing from '{Path.GetDirectoryName(path)}'. A model folder holds "
        + "unet/config.json and unet/diffusion_pytorch_model.safetensors.");
}
