using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Playground.Core.Data;

/// <summary>The head of a <c>.npy</c> file: a Python dictionary in ASCII.</summary>
internal sealed partial record NpyHeader(string Type, int Width, bool BigEndian, bool Fortran, int[] Shape, long Bytes)
{
    public const int Start = 10;
    private const int MaxLength = 1 << 16;

    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The header; null where it is none.</summary>
    public static NpyHeader? TryRead(Stream stream, string name)
    {
        try
        {
            return Read(stream, name);
        }
        catch (Exception e) when (e is PlaygroundException or EndOfStreamException or InvalidDataException)
        {
            return null;
        }
    }

    public static NpyHeader Read(Stream stream, string name)
    {
        var start = new byte[8];
        stream.ReadExactly(start);
        if (!start.AsSpan(0, 6).SequenceEqual(Magic)) throw Bad(name, "it is not in .npy format");
        var length = new byte[start[6] == 1 ? 2 : 4];
        stream.ReadExactly(length);
        var size = length.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (start[6] is < 1 or > 3 || size > MaxLength)
            throw Bad(name, $"its header is of version {start[6]} and {size} bytes; versions 1 to 3 and {MaxLength} bytes can be read");
        var text = new byte[size];
        stream.ReadExactly(text);
        return Parse(Encoding.UTF8.GetString(text).Trim(), name);
    }

    private static NpyHeader Parse(string text, string name)
    {
        var (type, fortran, shape) = (TypePattern().Match(text), FortranPattern().Match(text), ShapePattern().Match(text));
        if (!type.Success || !fortran.Success || !shape.Success)
            throw Bad(name, $"only plain numbers can be read, and its header says {(text.Length > 200 ? text[..200] + "…" : text)}");
        var sizes = shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!sizes.All(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            throw Bad(name, $"its shape is ({shape.Groups[1].Value})");
        int[] axes = [.. sizes.Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        var width = type.Groups[3].Value[0] - '0';
        var bytes = axes.Aggregate((UInt128)width, (a, b) => a * (UInt128)b > long.MaxValue ? long.MaxValue : a * (UInt128)b);
        return new NpyHeader(type.Groups[2].Value + type.Groups[3].Value, width, type.Groups[1].Value == ">",
            fortran.Groups[1].Value == "True", axes, (long)bytes);
    }

    private static PlaygroundException Bad(string name, string what) => new($"'{name}' cannot be read: {what}. Save it with numpy.save.");

    [GeneratedRegex(@"'descr':\s*'([<>|=])(?:(?=f[248]'|[iu][1248]'|b1')([fiub])([1248]))'")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'fortran_order':\s*(True|False)")]
    private static partial Regex FortranPattern();

    [GeneratedRegex(@"'shape':\s*\(([0-9, ]*)\)")]
    private static partial Regex ShapePattern();
}
