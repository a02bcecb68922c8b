using System.Buffers.Binary;

namespace Playground.Core.Imaging;

/// <summary>A format of image files, told by their first bytes, whatever their names say.</summary>
public sealed class PictureFormat
{
    /// <summary>The formats that are read, for messages.</summary>
    public const string AllRead = "PNG, JPEG, WebP, GIF, TIFF and AVIF";

    /// <summary>Bytes of a file that suffice to tell every format.</summary>
    public const int HeadSize = 64;

    internal static readonly PictureFormat Png = new("PNG", true, [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n']);
    internal static readonly PictureFormat Jpeg = new("JPEG", true, [0xFF, 0xD8, 0xFF]);
    internal static readonly PictureFormat Gif = new("GIF", true, [.. "GIF8"u8]);
    internal static readonly PictureFormat WebP = new("WebP", true);
    internal static readonly PictureFormat Tiff = new(
        "TIFF", true, [.. "II*\0"u8], [.. "MM\0*"u8], [.. "II+\0"u8], [.. "MM\0+"u8]);
    internal static readonly PictureFormat Avif = new("AVIF", true);

    private static readonly PictureFormat s_heic = new("HEIC", false);
    private static readonly PictureFormat s_bmp = new("BMP", false);
    private static readonly PictureFormat s_netpbm = new("PGM or PPM", false);

    // Told by their first bytes alone.
    private static readonly PictureFormat[] s_plain =
    [
        Png, Jpeg, Gif, Tiff,
        new("JPEG XL", false, [0xFF, 0x0A], [0, 0, 0, 12, .. "JXL "u8]),
        new("JPEG 2000", false, [0xFF, 0x4F, 0xFF, 0x51], [0, 0, 0, 12, .. "jP  "u8]),
        new("Photoshop (PSD)", false, [.. "8BPS"u8]),
        new("OpenEXR", false, [0x76, 0x2F, 0x31, 0x01]),
        new("QOI", false, [.. "qoif"u8]),
        new("DDS", false, [.. "DDS "u8]),
        new("icon (ICO)", false, [0, 0, 1, 0]),
    ];

    private static readonly uint[] s_bitmapHeaders = [12, 16, 40, 52, 56, 64, 108, 124];

    private readonly byte[][] _marks;

    private PictureFormat(string name, bool isRead, params byte[][] marks) => (Name, IsRead, _marks) = (name, isRead, marks);

    /// <summary>What people call it: "PNG", "BMP".</summary>
    public string Name { get; }

    /// <summary>Whether files of it are decoded; others are recognized so that they can be refused by name.</summary>
    public bool IsRead { get; }

    /// <summary>Why files of a format that is not read are refused, and what to do: for a sentence that begins with "it is".</summary>
    public string Refusal => $"a {Name} image, which is not read; save it as PNG first";

    /// <summary>The format of a file; null when it is no image of a known kind.</summary>
    /// <param name="head">The file's first <see cref="HeadSize"/> bytes or more; fewer when the file is shorter.</param>
    public static PictureFormat? Of(ReadOnlySpan<byte> head)
    {
        foreach (var format in s_plain)
            foreach (var mark in format._marks)
                if (head.StartsWith(mark)) return format;
        if (head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..].StartsWith("WEBP"u8)) return WebP;
        if (head.Length >= 12 && head[4..].StartsWith("ftyp"u8)) return OfBrands(head);
        return IsBitmap(head) ? s_bmp : IsNetpbm(head) ? s_netpbm : null;
    }

    // ISO/IEC 23008-12: a box of the major brand, its version, and the brands that the file is compatible with.
    private static PictureFormat? OfBrands(ReadOnlySpan<byte> head)
    {
        var end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(head), (uint)head.Length);
        var isHeic = false;
        for (var at = 8; at + 4 <= end; at += at == 8 ? 8 : 4)
        {
            var brand = head.Slice(at, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8)) return Avif;
            isHeic |= brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.SequenceEqual("mif1"u8);
        }
        return isHeic ? s_heic : null;
    }

    // "BM" alone begins many texts: the size of the header after it has to be one of those in use.
    private static bool IsBitmap(ReadOnlySpan<byte> head) => head.StartsWith("BM"u8) && head.Length >= 18
        && Array.IndexOf(s_bitmapHeaders, BinaryPrimitives.ReadUInt32LittleEndian(head[14..])) >= 0;

    // P1 to P6, white space, then the width or a comment.
    private static bool IsNetpbm(ReadOnlySpan<byte> head) => head.Length >= 4 && head[0] == 'P' && head[1] is >= (byte)'1' and <= (byte)'6'
        && head[2] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' && (head[3] == '#' || char.IsAsciiDigit((char)head[3]));
}
