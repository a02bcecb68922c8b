using System.Text;

namespace Playground.RepositoryTests.Texts;

/// <summary>Steps through C# as far as finding the end of expressions, and the literals in them, needs.</summary>
internal static class CodeReader
{
    /// <summary>The place after the bracket that closes the one at <paramref name="at"/>.</summary>
    /// <param name="source">Any C#.</param>
    /// <param name="at">Place of an opening bracket of any kind.</param>
    /// <param name="texts">Gets the string literals inside that are not keys of texts and not formats.</param>
    public static int SkipBrackets(string source, int at, List<string>? texts = null)
    {
        var start = at;
        var open = new Stack<char>();
        do
        {
            var c = source[at];
            if (StartsString(source, at))
            {
                var text = new StringBuilder();
                var end = SkipString(source, at, text);
                if (!open.Contains('[') && !IsKey(source, at)) texts?.Add(text.ToString());
                at = end;
                continue;
            }
            if (c == '\'')
            {
                at = SkipCharacter(source, at);
                continue;
            }
            if (IsComment(source, at))
            {
                at = SkipComment(source, at);
                continue;
            }
            if (c is '(' or '[' or '{') open.Push(c);
            else if (c is ')' or ']' or '}') open.Pop();
            at++;
        }
        while (open.Count > 0 && at < source.Length);
        return open.Count == 0 ? at : throw new FormatException($"The bracket at {start} is not closed.");
    }

    /// <summary>Whether a string literal of any kind begins at <paramref name="at"/>.</summary>
    public static bool StartsString(string source, int at)
        => source[at] == '"' || (source[at] is '$' or '@' && at + 1 < source.Length && source[at + 1] is '"' or '$' or '@'
            && source.AsSpan(at).TrimStart("$@") is ['"', ..]);

    /// <summary>The place after the literal at <paramref name="at"/>; <paramref name="text"/> gets what is not in its holes.</summary>
    public static int SkipString(string source, int at, StringBuilder text)
    {
        var (isInterpolated, isVerbatim) = (false, false);
        for (; source[at] != '"'; at++)
            (isInterpolated, isVerbatim) = (isInterpolated || source[at] == '$', isVerbatim || source[at] == '@');
        if (source.AsSpan(at).StartsWith("\"\"\""))
        {
            var end = source.IndexOf("\"\"\"", at + 3, StringComparison.Ordinal);
            text.Append(source, at + 3, end - at - 3);
            return end + 3;
        }
        for (at++; source[at] != '"' || (isVerbatim && source[at + 1] == '"'); at++)
        {
            if (isVerbatim && source[at] == '"') at++;
            else if (!isVerbatim && source[at] == '\\') at++;
            else if (isInterpolated && source[at] == '{' && source[at + 1] == '{') at++;
            else if (isInterpolated && source[at] == '{')
            {
                at = SkipBrackets(source, at) - 1;
                text.Append(' ');
                continue;
            }
            text.Append(source[at]);
        }
        return at + 1;
    }

    /// <summary>Whether a comment begins at <paramref name="at"/>.</summary>
    public static bool IsComment(string source, int at) => source.AsSpan(at).StartsWith("//") || source.AsSpan(at).StartsWith("/*");

    /// <summary>The place after the comment at <paramref name="at"/>.</summary>
    public static int SkipComment(string source, int at)
    {
        var end = source[at + 1] == '*' ? source.IndexOf("*/", at + 2, StringComparison.Ordinal) + 2 : source.IndexOf('\n', at);
        return end < 2 ? source.Length : end;
    }

    /// <summary>The place after the character literal at <paramref name="at"/>.</summary>
    public static int SkipCharacter(string source, int at)
    {
        for (at++; source[at] != '\''; at++)
            if (source[at] == '\\') at++;
        return at + 1;
    }

    private static bool IsKey(string source, int at)
        => source.AsSpan(0, at).TrimEnd() is var before && (before.EndsWith("ToString(") || before.EndsWith(".Plural("));
}
