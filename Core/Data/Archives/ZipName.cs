using System.Text;

namespace Playground.Core.Data.Archives;

/// <summary>
/// Names in zip archives: UTF-8 where the flag or the Unicode Path field says so, or all that say nothing are it; else all of those in code
/// page 437, as the format has it.
/// </summary>
internal static class ZipName
{
    private static readonly string s_upper =
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪"
            + "┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

    /// <summary>Whether the bytes are UTF-8.</summary>
    public static bool IsUtf8(byte[] raw) => System.Text.Unicode.Utf8.IsValid(raw);

    /// <summary>As UTF-8; what is none becomes the replacement character.</summary>
    public static string Decode(ReadOnlySpan<byte> raw) => Encoding.UTF8.GetString(raw);

    /// <summary>As the format has it where nothing is said.</summary>
    public static string DecodeCodePage437(byte[] raw) => string.Create(raw.Length, raw, (text, bytes) =>
    {
        for (var i = 0; i < bytes.Length; i++) text[i] = bytes[i] < 128 ? (char)bytes[i] : s_upper[bytes[i] - 128];
    });

    /// <summary>The name in Info-ZIP's Unicode Path field; null where the field is of another name, or damaged.</summary>
    public static string? OfUnicodePath(ReadOnlySpan<byte> field, ReadOnlySpan<byte> raw)
        => field.Length > 5 && field[0] == 1 && ZipDirectory.Number(field, 1) == ~Crc32.Update(uint.MaxValue, raw)
            && System.Text.Unicode.Utf8.IsValid(field[5..]) ? Encoding.UTF8.GetString(field[5..]) : null;
}
