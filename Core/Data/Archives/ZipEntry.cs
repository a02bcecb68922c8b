namespace Playground.Core.Data.Archives;

/// <summary>What an entry of a zip archive says that it is.</summary>
public enum ZipEntryKind
{
    File,
    Folder,

    /// <summary>A symbolic link, a device or a pipe: never followed, never made.</summary>
    Special,
}

/// <summary>An entry of a zip archive as the central directory has it; every number is a claim.</summary>
/// <param name="Name">The name as written, not cleaned.</param>
/// <param name="Kind">A file, a folder, or neither.</param>
/// <param name="Method">Compression: 0 none, 8 deflate.</param>
/// <param name="IsEncrypted">Whether a password is wanted.</param>
/// <param name="Crc">CRC-32 of the real bytes.</param>
/// <param name="CompressedSize">Bytes in the archive.</param>
/// <param name="Size">Real bytes.</param>
/// <param name="Offset">Where its local header lies.</param>
public sealed record ZipEntry(string Name, ZipEntryKind Kind, int Method, bool IsEncrypted, uint Crc, long CompressedSize, long Size,
    long Offset)
{
    /// <summary>Whether the archive does not say in what encoding the name is, and it is no UTF-8.</summary>
    public bool IsNameGuessed { get; init; }

    /// <summary>Bytes of the local header before the data, at least.</summary>
    internal int HeaderSize { get; init; }
}
