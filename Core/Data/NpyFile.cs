using System.Runtime.InteropServices;
using System.Text;
using Playground.Core.Files;

namespace Playground.Core.Data;

/// <summary>NumPy's <c>.npy</c> files of plain numbers, in every version of the format, byte order and memory order.</summary>
public static class NpyFile
{
    /// <summary>The most bytes that are read unless a caller says otherwise: what one array can hold.</summary>
    public static readonly long MaxBytes = Array.MaxLength;

    public static void Write(string path, float[] values, int[] shape)
    {
        var part = path + ".part";
        using (var file = File.Create(part)) Write(file, NpyArray.Of(values, shape));
        File.Move(part, path, overwrite: true);
    }

    public static void Write(Stream stream, NpyArray array)
    {
        var order = array.Type is "u1" or "i1" or "b1" ? '|' : '<';
        var shape = array.Shape.Length == 1 ? $"{array.Shape[0]}," : string.Join(", ", array.Shape);
        var header = $"{{'descr': '{order}{array.Type}', 'fortran_order': False, 'shape': ({shape}), }}";
        // Version 1.0; the data begins at a multiple of 64.
        var padded = header.PadRight((NpyHeader.Start + header.Length + 1 + 63) / 64 * 64 - NpyHeader.Start - 1) + "\n";
        stream.Write(NpyHeader.Magic);
        stream.Write([1, 0, (byte)(padded.Length & 255), (byte)(padded.Length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(padded));
        stream.Write(array.Bytes);
    }

    /// <exception cref="PlaygroundException">The file is missing, damaged, too large, or holds something else than numbers.</exception>
    public static NpyArray Read(string path, long? maxBytes = null)
    {
        if (!File.Exists(path)) throw new PlaygroundException($"The file '{path}' does not exist.");
        try
        {
            return FileReading.Of(path, () => ReadFile(path, maxBytes));
        }
        catch (PlaygroundException e) when (FileNature.Of(path) is { } nature && !IsArray(path))
        {
            throw new PlaygroundException(nature.Sentence(path), e);
        }
    }

    private static bool IsArray(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[NpyHeader.Magic.Length];
        return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual(NpyHeader.Magic);
    }

    private static NpyArray ReadFile(string path, long? maxBytes)
    {
        using var file = File.OpenRead(path);
        var array = Read(file, path, Math.Min(maxBytes ?? MaxBytes, file.Length));
        return file.Position == file.Length ? array
            : throw new PlaygroundException($"'{path}' has {file.Length - file.Position} bytes more than its "
            + $"shape [{string.Join(", ", array.Shape)}] needs. Save it again with numpy.save.");
    }

    /// <param name="stream">Begins with the magic number.</param>
    /// <param name="name">What an error calls it.</param>
    /// <param name="maxBytes">The most bytes of data that are made room for.</param>
    /// <exception cref="PlaygroundException">Damaged, cut off, too large, or something else than numbers.</exception>
    public static NpyArray Read(Stream stream, string name, long maxBytes)
    {
        try
        {
            var header = NpyHeader.Read(stream, name);
            if (header.Bytes > Math.Min(maxBytes, MaxBytes))
                throw new PlaygroundException(
                    $"'{name}' cannot be read: its shape [{string.Join(", ", header.Shape)}] does not fit its data, or is beyond the limit "
                        + $"of {maxBytes:N0} bytes.");
            var bytes = new byte[header.Bytes];
            stream.ReadExactly(bytes);
            if (header.BigEndian) Reverse(bytes, header.Width);
            return new NpyArray(header.Type, header.Shape, header.Fortran ? ToRowMajor(bytes, header) : bytes);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw new PlaygroundException($"'{name}' is cut off or damaged. Save it again with numpy.save.", e);
        }
    }

    private static void Reverse(byte[] bytes, int width)
    {
        for (var i = 0; i < bytes.Length; i += width) bytes.AsSpan(i, width).Reverse();
    }

    // In Fortran's order the first axis runs fastest.
    private static byte[] ToRowMajor(byte[] from, NpyHeader header)
    {
        var to = new byte[from.Length];
        var (shape, width) = (header.Shape, header.Width);
        var index = new int[shape.Length];
        for (var at = 0; at < from.Length; at += width)
        {
            long target = 0;
            for (var d = 0; d < shape.Length; d++) target = target * shape[d] + index[d];
            from.AsSpan(at, width).CopyTo(to.AsSpan((int)target * width));
            for (var d = 0; d < shape.Length && ++index[d] == shape[d]; d++) index[d] = 0;
        }
        return to;
    }
}
