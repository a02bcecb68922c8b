using System.Buffers.Binary;

namespace Playground.Core.Tests;

/// <summary>A small set of pictures in MNIST's format.</summary>
internal static class IdxPair
{
    /// <summary>Writes random pictures of two classes as <c>NAME-images-idx3-ubyte</c> and <c>NAME-labels-idx1-ubyte</c>.</summary>
    public static void WriteNoise(string folder, string name, int count, int size)
    {
        var random = new Random(3);
        var pixels = new byte[16 + count * size * size];
        var labels = new byte[8 + count];
        random.NextBytes(pixels);
        for (var i = 0; i < count; i++) labels[8 + i] = (byte)(i % 2);
        Header(pixels, [0x803, count, size, size]);
        Header(labels, [0x801, count]);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, $"{name}-images-idx3-ubyte"), pixels);
        File.WriteAllBytes(Path.Combine(folder, $"{name}-labels-idx1-ubyte"), labels);
    }

    private static void Header(byte[] file, int[] values)
    {
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 * i), values[i]);
    }
}
