using System.Globalization;
using Microsoft.Extensions.Localization;

namespace Playground.Client.Resources;

/// <summary>Texts that depend on a number.</summary>
public static class PluralTexts
{
    /// <summary>
    /// The form for <paramref name="count"/> of the text <paramref name="key"/>: <c>KEY_one</c> or <c>KEY_other</c>, by the rules of the
    /// present language. Chinese has only the latter.
    /// </summary>
    /// <param name="texts">Where the forms are.</param>
    /// <param name="key">Their name without the ending.</param>
    /// <param name="count">What <c>{0}</c> stands for.</param>
    /// <param name="more">What <c>{1}</c> and so on stand for.</param>
    public static string Plural(this IStringLocalizer texts, string key, long count, params object[] more)
        => texts[$"{key}_{Form(count)}", [count, .. more]];

    // CLDR's cardinal rules for whole numbers.
    private static string Form(long count) => count == 1 && CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? "one" : "other";
}
