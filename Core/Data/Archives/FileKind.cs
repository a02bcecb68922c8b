using System.Text;
using Playground.Core.Files;
using Playground.Core.Imaging;

namespace Playground.Core.Data.Archives;

/// <summary>What a file is by its first bytes, whatever its name says.</summary>
public enum FileKind
{
    /// <summary>None of the others; text has no mark of its own.</summary>
    Unknown,

    /// <summary>PNG, JPEG, WebP, GIF, TIFF or AVIF.</summary>
    Picture,

    /// <summary>An image of a format that is not read, such as BMP.</summary>
    OtherPicture,

    /// <summary>Bytes in one or three dimensions, as MNIST has them.</summary>
    Idx,
    Zip,
    Tar,
    Gzip,

    /// <summary>An archive or a compressed file that is not read: 7z, RAR, bzip2, xz, Zstandard.</summary>
    OtherArchive,
    Pdf,

    /// <summary>SVG, HTML or other XML.</summary>
    Markup,
}

/// <summary>Recognises files by their magic numbers.</summary>
public static class FileKinds
{
    /// <summary>Bytes that suffice to tell every kind.</summary>
    public const int HeadSize = FileNature.HeadSize;

    private static readonly (FileKind Kind, byte[] Magic)[] s_magic =
    [
        (FileKind.Idx, [0, 0, 8, 1]),
        (FileKind.Idx, [0, 0, 8, 3]),
        (FileKind.Zip, [(byte)'P', (byte)'K', 3, 4]),
        (FileKind.Zip, [(byte)'P', (byte)'K', 5, 6]),
        (FileKind.Gzip, [0x1F, 0x8B]),
        (FileKind.OtherArchive, [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C]),
        (FileKind.OtherArchive, [.. "Rar!"u8]),
        (FileKind.OtherArchive, [.. "BZh"u8]),
        (FileKind.OtherArchive, [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]),
        (FileKind.OtherArchive, [0x28, 0xB5, 0x2F, 0xFD]),
        (FileKind.Pdf, [.. "%PDF"u8]),
    ];

    public static FileKind Of(ReadOnlySpan<byte> head)
    {
        foreach (var (kind, magic) in s_magic)
            if (head.StartsWith(magic)) return kind;
        if (FileNature.IsTar(head)) return FileKind.Tar;
        if (PictureFormat.Of(head) is { } format) return format.IsRead ? FileKind.Picture : FileKind.OtherPicture;
        return IsMarkup(head) ? FileKind.Markup : FileKind.Unknown;
    }

    /// <summary>
    /// Why a file of that kind is no image, for a sentence that begins with "it"; null where the kind alone does not say.
    /// </summary>
    public static string? RefusalOf(FileKind kind) => kind switch
    {
        FileKind.Zip or FileKind.Tar or FileKind.OtherArchive =>
            "it is an archive within the archive, which is never opened; unpack it first",
        FileKind.Pdf => "it is a PDF document, not a picture",
        FileKind.Markup => "it is SVG, HTML or XML, not a picture of pixels; save it as PNG",
        _ => null,
    };

    private static bool IsMarkup(ReadOnlySpan<byte> head)
    {
        var text = Encoding.UTF8.GetString(head).TrimStart('\ufeff', ' ', '\t', '\r', '\n');
        return text.StartsWith('<') && new[] { "<?xml", "<svg", "<!doctype", "<html",
            "<!--" }.Any(start => text.StartsWith(start, StringComparison.OrdinalIgnoreCase));
    }
}
