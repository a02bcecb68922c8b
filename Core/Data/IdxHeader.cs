using System.Buffers.Binary;

namespace Playground.Core.Data;

/// <summary>
/// The head of an IDX file of bytes (LeCun): 0, 0, 8, the number of dimensions, then each size as a big-endian 32-bit number.
/// </summary>
public static class IdxHeader
{
    private const int MaxDimensions = 3;

    /// <summary>The sizes; the stream then stands at the first value.</summary>
    /// <param name="file">At its start.</param>
    /// <param name="name">For the error.</param>
    /// <param name="maxBytes">Most values allowed.</param>
    /// <exception cref="PlaygroundException">Not IDX of bytes in 1 to 3 dimensions, cut off, or of more values than allowed.</exception>
    public static int[] Read(Stream file, string name, long maxBytes)
    {
        Span<byte> head = stackalloc byte[4 + 4 * MaxDimensions];
        if (file.ReadAtLeast(head[..4], 4, throwOnEndOfStream: false) < 4 || head[0] != 0 || head[1] != 0 || head[2] != 8
            || head[3] is < 1 or > MaxDimensions)
            throw new PlaygroundException(
                $"'{name}' is not an IDX file of bytes in 1 to {MaxDimensions} dimensions (its magic number "
                    + $"is {Convert.ToHexString(head[..4])}).");
        int dimensions = head[3];
        if (file.ReadAtLeast(head[4..(4 + 4 * dimensions)], 4 * dimensions, throwOnEndOfStream: false) < 4 * dimensions)
            throw new PlaygroundException($"'{name}' is truncated or damaged. Copy it again from its source.");
        var size = new int[dimensions];
        var total = 1L;
        for (var d = 0; d < dimensions; d++)
        {
            size[d] = BinaryPrimitives.ReadInt32BigEndian(head[(4 + 4 * d)..]);
            if (size[d] < 0 || size[d] > maxBytes / Math.Max(total, 1))
                throw new PlaygroundException(
                    $"'{name}' claims the size {string.Join("×", size[..(d + 1)])}; the limit is {maxBytes:N0} bytes.");
            total *= size[d];
        }
        return size;
    }
}
