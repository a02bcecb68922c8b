using System.Globalization;
using System.Net;
using System.Text;

namespace Playground.Evaluation.Reports;

/// <summary>HTML text in which whatever is filled in is encoded, except what is markup itself.</summary>
internal sealed class Markup
{
    private readonly StringBuilder _text = new();

    /// <summary>
    /// Appends; strings among the arguments are encoded, numbers written in the invariant culture, other markup taken as it is.
    /// </summary>
    public Markup Add(FormattableString markup)
    {
        _text.AppendFormat(CultureInfo.InvariantCulture, markup.Format,
            [.. markup.GetArguments().Select(a => a is string or Remark ? WebUtility.HtmlEncode(a.ToString()) : a)]);
        return this;
    }

    public Markup Add<T>(IEnumerable<T> items, Func<T, FormattableString> markup)
    {
        foreach (var item in items) Add(markup(item));
        return this;
    }

    /// <summary>Several pieces as one that can be filled in.</summary>
    public static Markup Each<T>(IEnumerable<T> items, Func<T, FormattableString> markup) => new Markup().Add(items, markup);

    /// <summary>What is markup already.</summary>
    public static Markup Raw(string markup)
    {
        var result = new Markup();
        result._text.Append(markup);
        return result;
    }

    public override string ToString() => _text.ToString();
}
