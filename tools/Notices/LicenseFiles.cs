using System.Text.RegularExpressions;

namespace Playground.Notices;

/// <summary>What packages say about copyright in files of their own.</summary>
internal static partial class LicenseFiles
{
    /// <summary>Whether a file's name says that it is a license or a list of notices.</summary>
    public static bool IsOne(string path) => Name().IsMatch(Path.GetFileName(path));

    /// <summary>Whether it lists the notices of others, rather than being the package's own license.</summary>
    public static bool IsNotices(string path)
        => path.Contains("third", StringComparison.OrdinalIgnoreCase) || path.Contains("notice", StringComparison.OrdinalIgnoreCase);

    /// <summary>The lines that name holders of a copyright, joined by semicolons; empty where there are none.</summary>
    public static string Holders(string text)
    {
        var lines = text.Split('\n').Select(l => l.Trim(' ', '\r', '\t', '*', '#'));
        return string.Join("; ", lines.Where(l => Copyright().IsMatch(l) && !l.EndsWith(':')).Distinct());
    }

    [GeneratedRegex(@"^(licen[sc]e|copying|notice|third.?party)", RegexOptions.IgnoreCase)]
    private static partial Regex Name();

    // Not the sentences of a license that only speak about copyright.
    [GeneratedRegex(@"^(copyright\s+(\(c\)|©|\d)|\(c\)\s|©)", RegexOptions.IgnoreCase)]
    private static partial Regex Copyright();
}
