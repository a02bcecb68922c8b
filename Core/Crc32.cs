namespace Playground.Core;

/// <summary>The CRC-32 of zip and PNG (ISO 3309): reflected polynomial 0xEDB88320, start and end inverted by the caller.</summary>
public static class Crc32
{
    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256)
        .Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) != 0 ? 0xEDB88320 ^ c >> 1 : c >> 1))];

    /// <summary>The checksum of all of <paramref name="bytes"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Update(uint.MaxValue, bytes);

    /// <summary>Goes on with a checksum, inverted at its start and its end by the caller.</summary>
    public static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) crc = s_table[(crc ^ b) & 0xFF] ^ crc >> 8;
        return crc;
    }
}
