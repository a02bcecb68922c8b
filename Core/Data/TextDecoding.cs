using System.Text;

namespace Playground.Core.Data;

/// <summary>Text of a file that says nothing of its encoding.</summary>
/// <param name="Text">Without a byte order mark.</param>
/// <param name="Guessed">The encoding that was taken because the bytes are no Unicode; null where they are.</param>
public sealed record TextDecoding(string Text, string? Guessed)
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>UTF-8, UTF-16 or UTF-32 by their marks or by how their bytes lie; else Windows-1252, in which every byte is a
    /// character.</summary>
    public static TextDecoding Of(ReadOnlySpan<byte> bytes)
    {
        foreach (var unicode in new[] { Encoding.UTF32, Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode })
            if (bytes.StartsWith(unicode.Preamble)) return new(unicode.GetString(bytes[unicode.Preamble.Length..]), null);
        if (Wide(bytes) is { } wide) return new(wide.GetString(bytes), null);
        try
        {
            return new(s_strict.GetString(bytes), null);
        }
        catch (DecoderFallbackException)
        {
            return new(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(bytes), "Windows-1252");
        }
    }

    // Of text in most scripts every second byte of UTF-16 is small, and of any text in Latin script it is zero.
    private static UnicodeEncoding? Wide(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || bytes.Length % 2 != 0) return null;
        var (even, odd) = (0, 0);
        for (var i = 0; i < bytes.Length; i++)
            if (bytes[i] == 0)
            {
                if (i % 2 == 0) even++;
                else odd++;
            }
        var half = bytes.Length / 2;
        return odd > half / 2 && even == 0 ? new UnicodeEncoding(bigEndian: false, byteOrderMark: false)
            : even > half / 2 && odd == 0 ? new UnicodeEncoding(bigEndian: true, byteOrderMark: false) : null;
    }
}
