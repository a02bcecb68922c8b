using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Playground.Core.Imaging;

namespace Playground.Core.Data.Sets;

/// <summary>NumPy's .npy in row-major order: uint8 [N, H, W] or [N, H, W, C], or float32 [N, C, H, W] in [−1, 1]; C is 1 or 3.</summary>
internal sealed partial class NpyPictures : ArrayPictures
{
    private readonly bool _isFloat;
    private readonly int _height, _width, _channels;

    private NpyPictures(string path, SafeFileHandle file, NpyHeader header, bool isFloat, int height, int width, int channels)
        : base(path, file, header.Offset, (int)header.Shape[0], height * width * channels * (isFloat ? sizeof(float) : 1))
        => (_isFloat, _height, _width, _channels) = (isFloat, height, width, channels);

    /// <exception cref="PlaygroundException">Not .npy, not such an array, or cut off.</exception>
    public static NpyPictures Open(string path)
    {
        var file = File.OpenHandle(path);
        try
        {
            var header = ReadHeader(path, file);
            var (isFloat, height, width, channels) = (header.Type, header.Shape) switch
            {
                ("|u1", [_, var h, var w]) => (false, h, w, 1),
                ("|u1", [_, var h, var w, var c]) when c is 1 or 3 => (false, h, w, c),
                ("<f4", [_, var c, var h, var w]) when c is 1 or 3 => (true, h, w, c),
                _ => throw Bad(path, $"it holds {header.Type} of shape ({string.Join(", ", header.Shape)})"),
            };
            var limits = new PictureLimits();
            if (header.Shape[0] is < 1 or > int.MaxValue || height < 1 || width < 1 || height > limits.MaxHeight || width > limits.MaxWidth)
                throw Bad(path,
                    $"its shape is ({string.Join(", ", header.Shape)}), and pictures have 1 to {limits.MaxWidth} pixels a side");
            var expected = header.Offset + header.Shape[0] * height * width * channels * (isFloat ? 4 : 1);
            if (RandomAccess.GetLength(file) != expected)
                throw Bad(path, $"it has {RandomAccess.GetLength(file):N0} bytes where its shape needs {expected:N0}");
            if (isFloat) RequireRange(path, file, header);
            return new NpyPictures(path, file, header, isFloat, (int)height, (int)width, (int)channels);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // Taken as -1 to 1, values of another range would be clamped to images of other contrast, without a word.
    private static void RequireRange(string path, SafeFileHandle file, NpyHeader header)
    {
        const int most = 1 << 24;
        var bytes = new byte[(int)Math.Min(RandomAccess.GetLength(file) - header.Offset, most) / sizeof(float) * sizeof(float)];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), header.Offset + read) is > 0 and var more) read += more;
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in MemoryMarshal.Cast<byte, float>(bytes))
            if (float.IsFinite(value)) (low, high) = (Math.Min(low, value), Math.Max(high, value));
        var range = string.Create(CultureInfo.InvariantCulture, $"{low:g4} to {high:g4}");
        if (high > 4)
            throw Bad(path, $"its values are {range}, and float32 is taken as -1 to 1: divide by 127.5 and subtract 1, or save uint8");
        if (low >= 0 && high is > 0 and <= 1)
            throw Bad(path, $"its values are {range}, and float32 is taken as -1 to 1: multiply by 2 and subtract 1, or save uint8");
    }

    public override string Form => $"npy {(_isFloat ? "float32" : "uint8")} {_height}x{_width}x{_channels}";

    public override PictureBatch Read(int index)
    {
        var bytes = ReadBytes(index);
        if (!_isFloat) return new PictureBatch(1, _height, _width, _channels, bytes);
        var values = MemoryMarshal.Cast<byte, float>(bytes);
        var planar = new byte[values.Length];
        for (var i = 0; i < planar.Length; i++)
        {
            if (!float.IsFinite(values[i])) throw new PlaygroundException("It holds values that are not finite numbers.");
            planar[i] = (byte)MathF.Round((Math.Clamp(values[i], -1, 1) + 1) * 127.5f);
        }
        return PictureBatch.FromPlanar(planar, _height, _width, _channels);
    }

    private sealed record NpyHeader(string Type, long[] Shape, long Offset);

    // Magic, version, length of the header (two bytes in version 1, four in 2 and 3), a Python dictionary as text.
    private static NpyHeader ReadHeader(string path, SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[12];
        if (RandomAccess.Read(file, head, 0) < 12 || head[0] != 0x93 || !head[1..6].SequenceEqual("NUMPY"u8))
            throw Bad(path, "it is not in .npy format");
        var (start, length) = head[6] == 1 ? (10, (uint)BinaryPrimitives.ReadUInt16LittleEndian(head[8..]))
            : (12, BinaryPrimitives.ReadUInt32LittleEndian(head[8..]));
        if (length > 1 << 16) throw Bad(path, $"its header claims {length:N0} bytes");
        var text = new byte[length];
        if (RandomAccess.Read(file, text, start) < length) throw Bad(path, "its header is cut off");
        var header = Encoding.Latin1.GetString(text);
        var shape = Shape().Match(header).Groups[1].Value.Split(',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!header.Contains("'fortran_order': False", StringComparison.Ordinal)) throw Bad(path, "it is in column-major order");
        if (!shape.All(s => uint.TryParse(s, CultureInfo.InvariantCulture, out _)))
            throw Bad(path, $"its shape cannot be read from {header.Trim()}");
        return new NpyHeader(Type().Match(header).Groups[1].Value, [.. shape.Select(s => long.Parse(s, CultureInfo.InvariantCulture))],
            start + length);
    }

    private static PlaygroundException Bad(string path, string what)
        => new($"'{path}' cannot be used as pictures: {what}. Save it with numpy.save in C order, as uint8 [N, H, W, C] or as float32 [N, "
        + "C, H, W] from -1 to 1.");

    [GeneratedRegex(@"'shape': \(([0-9, ]*)\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"'descr': '([^']*)'")]
    private static partial Regex Type();
}
