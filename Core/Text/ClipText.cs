using System.Globalization;
using System.Text;

namespace Playground.Core.Text;

/// <summary>
/// Cuts a prompt into the words that CLIP's byte pairs are made in: composed (NFC), white space collapsed, lower case; then letters, single
/// digits,
/// the English contractions, and runs of anything else. OpenAI's own program also mends the text before (ftfy: broken encodings, curly
/// quotes, full-width letters, HTML
/// entities); transformers' fast tokenizer, which torchmetrics uses, does not, and neither is it done here.
/// </summary>
internal static class ClipText
{
    public const int MaxLength = 20_000;
    public const string Start = "<|startoftext|>", End = "<|endoftext|>";

    private static readonly string[] s_contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Space,
        Letter,
        Digit,
        Other,
    }

    /// <exception cref="PlaygroundException">Longer than 20,000 characters.</exception>
    public static IEnumerable<string> Words(string prompt)
    {
        if (prompt.Length > MaxLength) throw new PlaygroundException(
            $"A prompt of {prompt.Length:N0} characters: CLIP reads 75 tokens, and the limit is {MaxLength:N0} characters. Shorten it.");
        return Split(Lower(Composed(Whole(prompt))));
    }

    private static IEnumerable<string> Split(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var kind = KindAt(text, at, out var length);
            if (kind != Kind.Space)
            {
                length = Special(text, at) ?? kind switch
                {
                    Kind.Letter => Run(text, at, Kind.Letter),
                    Kind.Digit => length,
                    _ => Run(text, at, Kind.Other),
                };
                yield return text.Substring(at, length);
            }
            at += length;
        }
    }

    private static int? Special(string text, int at)
    {
        if (text[at] == '<')
        {
            foreach (var token in new[] { Start, End })
            {
                if (string.CompareOrdinal(text, at, token, 0, token.Length) == 0) return token.Length;
            }
        }
        if (text[at] != '\'') return null;
        foreach (var contraction in s_contractions)
        {
            if (string.CompareOrdinal(text, at, contraction, 0, contraction.Length) == 0) return contraction.Length;
        }
        // The long s is an s to a pattern that does not mind case.
        return at + 1 < text.Length && text[at + 1] == 'ſ' ? 2 : null;
    }

    private static int Run(string text, int from, Kind kind)
    {
        var at = from;
        while (at < text.Length && KindAt(text, at, out var length) == kind) at += length;
        return at - from;
    }

    private static Kind KindAt(string text, int at, out int length)
    {
        var rune = Rune.GetRuneAt(text, at);
        length = rune.Utf16SequenceLength;
        // OpenAI's pattern passes over the iota subscript: its capital is a letter, it is none, and the pattern does not mind case.
        if (Rune.IsWhiteSpace(rune) || rune.Value == 0x345) return Kind.Space;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Digit,
            _ => Kind.Other,
        };
    }

    // Half a surrogate pair is no character: it becomes U+FFFD, as in any UTF-8 text.
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <exception cref="PlaygroundException">The runtime has no Unicode tables, and would leave accents apart from their
    /// letters.</exception>
    private static string Composed(string text)
    {
        if (!Ascii.IsValid(text) && "e\u0301".Normalize().Length != 1)
            throw new PlaygroundException(
                "Prompts beyond plain English letters need ICU: unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT, or install libicu.");
        return text.Normalize(NormalizationForm.FormC);
    }

    // The two letters whose lower case is not one letter for one: I with a dot, and sigma at the end of a word.
    private static string Lower(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == 'İ') result.Append("i\u0307");
            else if (text[i] == 'Σ') result.Append(EndsWord(text, i) ? 'ς' : 'σ');
            else result.Append(text[i]);
        }
        return result.ToString().ToLowerInvariant();
    }

    // Unicode's Final_Sigma: a cased letter before, none after, what case ignores left aside.
    private static bool EndsWord(string text, int at)
    {
        var before = at - 1;
        while (before >= 0 && IgnoredByCase(text, before)) before--;
        var after = at + 1;
        while (after < text.Length && IgnoredByCase(text, after)) after++;
        return before >= 0 && Cased(text, before) && !(after < text.Length && Cased(text, after));
    }

    private static bool Cased(string text, int at) => CharUnicodeInfo.GetUnicodeCategory(text,
        Whole(text, at)) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IgnoredByCase(string text, int at)
        => "'.:·\u0387\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A".Contains(text[at], StringComparison.Ordinal)
            || CharUnicodeInfo.GetUnicodeCategory(text, Whole(text, at)) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    private static int Whole(string text, int at) => at > 0 && char.IsLowSurrogate(text[at]) ? at - 1 : at;
}
