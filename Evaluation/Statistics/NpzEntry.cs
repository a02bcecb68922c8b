using System.IO.Compression;
using Playground.Core;
using Playground.Core.Data;

namespace Playground.Evaluation.Statistics;

/// <summary>One array of a <c>.npz</c>, stored as <c>numpy.savez</c> or deflated as <c>numpy.savez_compressed</c>.</summary>
internal static class NpzEntry
{
    // Deflate cannot shrink below 1/1032; what claims more is a bomb.
    private const long MaxRatio = 1100;
    private const int HeaderBytes = 1 << 17;

    /// <returns>Null where there is no array of that name.</returns>
    /// <exception cref="PlaygroundException">Larger than <paramref name="maxBytes"/>, larger than its packed bytes can be, or no
    /// array.</exception>
    public static NpyArray? Read(ZipArchive zip, string path, string name, long maxBytes)
    {
        if (zip.GetEntry(name + ".npy") is not { } entry) return null;
        if (entry.Length > maxBytes + HeaderBytes || entry.Length > entry.CompressedLength * MaxRatio)
            throw new PlaygroundException(
                $"'{name}' in '{path}' claims {entry.Length:N0} bytes, more than the limit "
                    + $"of {maxBytes:N0} or than its {entry.CompressedLength:N0} packed bytes can hold.");
        using var stream = entry.Open();
        return NpyFile.Read(stream, $"{path}:{name}", Math.Min(maxBytes, entry.Length));
    }

    public static void Write(ZipArchive zip, string name, NpyArray array)
    {
        using var stream = zip.CreateEntry(name + ".npy", CompressionLevel.NoCompression).Open();
        NpyFile.Write(stream, array);
    }
}
