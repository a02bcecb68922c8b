using System.Globalization;
using System.Text;

namespace Playground.Settings;

/// <summary>The words of a prompt that are not read, as a sentence can end with them: on one line, without what cannot be seen.</summary>
/// <param name="Shown">The first of them, up to some 200 characters.</param>
/// <param name="More">How many words follow.</param>
public sealed record CutWords(string Shown, int More)
{
    private const int Most = 200;

    /// <param name="text">The words as they were written.</param>
    public static CutWords Of(string text)
    {
        string[] words = string.Concat(text.EnumerateRunes().Select(Seen)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [{ Length: > Most } longest, ..])
            return new CutWords(string.Concat(longest.EnumerateRunes().Take(Most)) + "…", words.Length - 1);
        var (count, length) = (0, 0);
        while (count < words.Length && (length += words[count].Length + 1) <= Most + 1) count++;
        return new CutWords(string.Join(' ', words[..count]), words.Length - count);
    }

    /// <inheritdoc/>
    public override string ToString()
        => More == 0 ? Shown : string.Create(CultureInfo.InvariantCulture, $"{Shown} … and {More:N0} more");

    // Control characters would reach terminals; direction marks turn the sentence round. Joiners hold emoji and some scripts together.
    private static string Seen(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => " ",
        UnicodeCategory.Format when rune.Value is not (0x200C or 0x200D) => "",
        _ => rune.ToString(),
    };
}
