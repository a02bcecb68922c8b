using System.Globalization;
using Microsoft.Extensions.Localization;

namespace Playground.Client.Resources;

/// <summary>Sentences that the server says by a code.</summary>
public static class RemarkTexts
{
    /// <summary>
    /// The text <paramref name="key"/> with the remark's values; the English sentence where there is no such text, or it has other places.
    /// </summary>
    public static string Say(this IStringLocalizer texts, string key, Remark remark)
    {
        if (remark.Code.Length == 0 || texts[key] is not { ResourceNotFound: false } text) return remark.Text;
        try
        {
            return string.Format(CultureInfo.InvariantCulture, text, [.. remark.Values]);
        }
        catch (FormatException)
        {
            // It was stored when the sentence had other values.
            return remark.Text;
        }
    }
}
