using System.Text;
using System.Text.RegularExpressions;

namespace Playground.RepositoryTests.Texts;

/// <summary>Finds sentences in the C# of the pages: literals with two words side by side.</summary>
internal static partial class CodeText
{
    /// <summary>Lines from 1 on.</summary>
    public static IReadOnlyList<(int Line, string Text)> Find(string source)
    {
        var found = new List<(int, string)>();
        for (var at = 0; at < source.Length;)
        {
            if (CodeReader.IsComment(source, at)) at = CodeReader.SkipComment(source, at);
            else if (source[at] == '\'') at = CodeReader.SkipCharacter(source, at);
            else if (CodeReader.StartsString(source, at))
            {
                var text = new StringBuilder();
                var line = source.AsSpan(0, at).Count('\n') + 1;
                at = CodeReader.SkipString(source, at, text);
                if (Sentence().IsMatch(text.ToString())) found.Add((line, text.ToString()));
            }
            else at++;
        }
        return found;
    }

    [GeneratedRegex(@"\p{L}{2,},? \p{Ll}{2,}")]
    private static partial Regex Sentence();
}
