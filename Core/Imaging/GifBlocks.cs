namespace Playground.Core.Imaging;

/// <summary>
/// The blocks that a GIF file is made of (GIF89a specification, appendix B). Of an animation that is cut off, libvips shows the frames
/// that are whole and says nothing.
/// </summary>
internal static class GifBlocks
{
    private const int HeaderSize = 13, ImageHeaderSize = 10;
    private const byte Extension = 0x21, ImageDescriptor = 0x2C;

    /// <summary>Whether the file ends within a block. One that ends behind a block, without the trailer, is taken as whole.</summary>
    public static bool IsCutOff(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderSize) return true;
        var at = HeaderSize + ColorTableSize(file[10]);
        while (at < file.Length)
        {
            if (file[at] == Extension) at += 2;
            else if (file[at] == ImageDescriptor)
            {
                if (file.Length < at + ImageHeaderSize) return true;
                at += ImageHeaderSize + ColorTableSize(file[at + 9]) + 1; // and the code size
            }
            else return false; // the trailer, or bytes that no program reads

            while (at < file.Length && file[at] != 0) at += file[at] + 1;
            if (at >= file.Length) return true;
            at++;
        }
        return at > file.Length;
    }

    private static int ColorTableSize(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
}
