using System.Text;

namespace Playground.Core.Data.Archives;

/// <summary>Names in zip archives: UTF-8 where the flag says so or the bytes are it, else code page 437, as the format has it.</summary>
internal static class ZipName
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    private static readonly string s_upper =
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪"
            + "┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

    public static string Decode(ReadOnlySpan<byte> raw, bool isUtf8)
    {
        try
        {
            return s_strict.GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            return isUtf8 ? Encoding.UTF8.GetString(raw) : string.Create(raw.Length, raw.ToArray(), (text, bytes) =>
            {
                for (var i = 0; i < bytes.Length; i++) text[i] = bytes[i] < 128 ? (char)bytes[i] : s_upper[bytes[i] - 128];
            });
        }
    }
}
