using System.CommandLine;

namespace Playground.Cli;

/// <summary>What somebody may have meant who mistyped a command or an option.</summary>
internal static class Suggestions
{
    /// <summary>A question for each word that is unknown and close to one that is known.</summary>
    public static IEnumerable<string> For(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string[] known = [.. command.Options.Select(o => o.Name), .. command.Subcommands.Select(c => c.Name)];
        return parsed.UnmatchedTokens.Select(t => Nearest(t, known)).OfType<string>().Distinct().Select(n => $"Did you mean '{n}'?");
    }

    /// <summary>
    /// The known word that takes the fewest changes of a letter to get to; null where all take more than a third of them.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> known)
        => known.Select(k => (Word: k, Distance: Distance(word, k))).Where(k => k.Distance <= Math.Max(1, word.Length / 3))
            .OrderBy(k => k.Distance).Select(k => k.Word).FirstOrDefault();

    // Letters put in, left out, replaced, or two that changed places (Damerau 1964), as the optimal string alignment counts.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
