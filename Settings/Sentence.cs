using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Playground.Settings;

/// <summary>An interpolated string that remembers what was filled in, so that the same can be said in another language; numbers are
/// written in the invariant culture.</summary>
[InterpolatedStringHandler]
public readonly ref struct Sentence(int literalLength, int formattedCount)
{
    private readonly StringBuilder _text = new(literalLength);
    private readonly List<string> _values = new(formattedCount);

    /// <summary>The whole sentence.</summary>
    public string Text => _text.ToString();

    /// <summary>What was filled in, in its order, as it is written in the sentence.</summary>
    public IReadOnlyList<string> Values => _values;

    /// <summary>Called by the compiler.</summary>
    public void AppendLiteral(string text) => _text.Append(text);

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        var written = value is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? "";
        _text.Append(written);
        _values.Add(written);
    }
}
