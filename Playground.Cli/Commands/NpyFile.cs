using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Playground.Core;

namespace Playground.Cli.Commands;

/// <summary>NumPy's <c>.npy</c>, format 1.0, little-endian float32 in row-major order.</summary>
internal static partial class NpyFile
{
    private static readonly byte[] s_magic = [0x93, .. "NUMPY"u8];

    public static void Write(string path, float[] values, int[] shape)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}";
        var padded = header.PadRight((10 + header.Length + 1 + 63) / 64 * 64 - 11) + "\n";
        var part = path + ".part";
        using (var file = File.Create(part))
        {
            file.Write(s_magic);
            file.Write([1, 0, (byte)(padded.Length & 255), (byte)(padded.Length >> 8)]);
            file.Write(Encoding.ASCII.GetBytes(padded));
            file.Write(MemoryMarshal.AsBytes<float>(values));
        }
        File.Move(part, path, overwrite: true);
    }

    /// <exception cref="PlaygroundException">Not float32 row-major .npy, or truncated.</exception>
    public static (float[] Values, int[] Shape) Read(string path)
    {
        if (!File.Exists(path)) throw new PlaygroundException($"The noise file '{path}' does not exist.");
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 10 || !bytes.AsSpan(0, 6).SequenceEqual(s_magic) || bytes[6] != 1) throw Bad(path, "it is not in .npy format 1.0");
        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        if (bytes.Length < 10 + length) throw Bad(path, "its header is cut off");
        var header = Encoding.ASCII.GetString(bytes, 10, length);
        if (!header.Contains("'descr': '<f4'", StringComparison.Ordinal) || !header.Contains("'fortran_order': False", StringComparison.Ordinal)) throw Bad(path, $"it holds {header.Trim()}");
        var sizes = Shape().Match(header).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!sizes.All(s => int.TryParse(s, out _))) throw Bad(path, $"its shape cannot be read from {header.Trim()}");
        int[] shape = [.. sizes.Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        var data = bytes.AsSpan(10 + length);
        if (shape.Aggregate(4L, (a, b) => a * b) != data.Length) throw Bad(path, $"its shape ({string.Join(", ", shape)}) does not fit its {data.Length} bytes of data");
        return (MemoryMarshal.Cast<byte, float>(data).ToArray(), shape);
    }

    private static PlaygroundException Bad(string path, string what) => new($"'{path}' cannot be used as noise: {what}. Save it with numpy.save as float32 in C order.");

    [GeneratedRegex(@"'shape': \(([0-9, ]*)\)")]
    private static partial Regex Shape();
}
