using System.Buffers.Binary;
using System.Text.Json;
using Playground.Core.Files;
using static TorchSharp.torch;

namespace Playground.Core.Checkpoints;

/// <summary>One tensor of a safetensors file: its type, shape, and bytes [Begin, End) of the buffer behind the header.</summary>
public sealed record SafetensorsEntry(string Name, ScalarType Type, long[] Shape, long Begin, long End)
{
    /// <summary>Numbers in it.</summary>
    public long Count => Shape.Aggregate(1L, (n, side) => n * side);
}

/// <summary>
/// The checked header of a safetensors file. Nothing in it is trusted: sizes, order and gaps are verified against the file.
/// </summary>
public sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata,
    long BufferStart)
{
    /// <summary>Longest header accepted, in bytes.</summary>
    public const long Limit = 100L << 20;

    private static readonly Dictionary<string, (ScalarType Type, int Width)> s_types = new()
    {
        ["F64"] = (ScalarType.Float64, 8),
        ["F32"] = (ScalarType.Float32, 4),
        ["F16"] = (ScalarType.Float16, 2),
        ["BF16"] = (ScalarType.BFloat16, 2),
        ["I64"] = (ScalarType.Int64, 8),
        ["I32"] = (ScalarType.Int32, 4),
        ["I16"] = (ScalarType.Int16, 2),
        ["I8"] = (ScalarType.Int8, 1),
        ["U8"] = (ScalarType.Byte, 1),
        ["BOOL"] = (ScalarType.Bool, 1),
    };

    internal static string NameOf(ScalarType type) => s_types.First(t => t.Value.Type == type).Key;

    internal static int WidthOf(ScalarType type) => s_types.Values.First(t => t.Type == type).Width;

    /// <exception cref="PlaygroundException">The file is truncated, or its header lies.</exception>
    public static SafetensorsHeader Read(Stream file, string name)
    {
        try
        {
            return ReadChecked(file, name);
        }
        catch (PlaygroundException e)
        {
            // Only now: the length of a sound header may look like the mark of something else.
            var start = new byte[FileNature.HeadSize];
            file.Position = 0;
            var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (FileNature.Of(start.AsSpan(0, read), name) is { } nature) throw new PlaygroundException(nature.Sentence(name), e);
            throw;
        }
    }

    private static SafetensorsHeader ReadChecked(Stream file, string name)
    {
        var json = ReadJson(file, name);
        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>();
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var item in document.RootElement.EnumerateObject())
            {
                if (item.Name == "__metadata__")
                    foreach (var pair in item.Value.EnumerateObject()) metadata[pair.Name] = pair.Value.GetString() ?? "";
                else entries.Add(Entry(item, name));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Bad(name, "its header is not the JSON that the format asks for", e);
        }
        entries.Sort((a, b) => a.Begin.CompareTo(b.Begin));
        RequireGapless(entries, file.Length - 8 - json.Length, name);
        return new SafetensorsHeader(entries, metadata, 8 + json.Length);
    }

    private static byte[] ReadJson(Stream file, string name)
    {
        var total = file.Length;
        Span<byte> head = stackalloc byte[8];
        if (total < 8) throw Bad(name, $"it has {total} bytes, and the header's length alone takes 8");
        file.ReadExactly(head);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(head);
        if (length > Limit) throw Bad(name, $"its header claims {length} bytes; the limit is {Limit}");
        if (length > (ulong)(total - 8))
            throw Bad(name, $"its header claims {length} bytes, and the file has {total - 8} after the length");
        var json = new byte[length];
        file.ReadExactly(json);
        return json;
    }

    // The tensors fill the file, one after the other.
    private static void RequireGapless(List<SafetensorsEntry> entries, long bytes, string name)
    {
        var position = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != position)
                throw Bad(name, $"tensor '{entry.Name}' starts at {entry.Begin}, and the one before it ends at {position}");
            position = entry.End;
        }
        if (entries.Select(e => e.Name).Distinct().Count() != entries.Count) throw Bad(name, "two tensors have one name");
        if (position != bytes) throw Bad(name, $"its tensors take {position} bytes, and the file holds {bytes}");
    }

    private static SafetensorsEntry Entry(JsonProperty item, string name)
    {
        var dtype = item.Value.GetProperty("dtype").GetString() ?? "";
        if (!s_types.TryGetValue(dtype, out var type))
            throw Bad(name, $"tensor '{item.Name}' has type '{dtype}', which is not one of {string.Join(", ", s_types.Keys)}");
        long[] shape = [.. item.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
        long[] offsets = [.. item.Value.GetProperty("data_offsets").EnumerateArray().Select(s => s.GetInt64())];
        var count = 1L;
        foreach (var n in shape)
        {
            if (n < 0 || n > int.MaxValue || (count *= n) > 1L << 33)
                throw Bad(name, $"tensor '{item.Name}' has the shape [{string.Join(", ", shape)}]");
        }
        if (offsets is not [>= 0, _] || offsets[1] - offsets[0] != count * type.Width)
            throw Bad(name,
                $"tensor '{item.Name}' of shape [{string.Join(", ", shape)}] takes {count * type.Width} bytes, and its offsets "
                    + $"are [{string.Join(", ", offsets)}]");
        return new SafetensorsEntry(item.Name, type.Type, shape, offsets[0], offsets[1]);
    }

    private static PlaygroundException Bad(string name, string what, Exception? inner = null)
        => new($"'{name}' is not a sound safetensors file: {what}. Copy it again from its source.", inner);
}
