using System.Text.RegularExpressions;
using System.Xml.Linq;
using Playground.Core.Tests;

namespace Playground.RepositoryTests.Texts;

/// <summary>The texts of one feature in one language.</summary>
/// <param name="Name">Of the class that stands for them, such as <c>PlayTexts</c>.</param>
/// <param name="Language">As in the file's name; empty: English.</param>
/// <param name="Texts">By key.</param>
internal sealed record TextResource(string Name, string Language, IReadOnlyDictionary<string, string> Texts)
{
    public const string Folder = "Playground.Client/Resources";

    public static IReadOnlyList<TextResource> All { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, Folder), "*.resx").Order(StringComparer.Ordinal).Select(Read)];

    private static TextResource Read(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file).Split('.');
        var texts = XDocument.Load(file).Root!.Elements("data")
            .Select(d => KeyValuePair.Create((string)d.Attribute("name")!, (string)d.Element("value")!)).ToList();
        Assert.Equal(texts.Count, texts.DistinctBy(t => t.Key).Count());
        return new(name[0], name.ElementAtOrDefault(1) ?? "", texts.ToDictionary());
    }
}

/// <summary>A key as a source file asks for it.</summary>
/// <param name="File">Where.</param>
/// <param name="Resource">Of which class.</param>
/// <param name="Key">Whole, or its beginning where the rest is made at run time.</param>
/// <param name="IsBeginning">Whether it is that.</param>
/// <param name="IsPlural">Whether a form for a number is asked for.</param>
internal sealed partial record TextUse(string File, string Resource, string Key, bool IsBeginning, bool IsPlural)
{
    /// <summary>All uses in the pages. A component's markup and code share what either injects.</summary>
    public static IReadOnlyList<TextUse> All { get; } = [.. SourceFiles.List()
        .Where(f => (f.StartsWith("Playground.Client/", StringComparison.Ordinal)
            || f.StartsWith("Playground.Server/", StringComparison.Ordinal))
            && Path.GetExtension(f) is ".cs" or ".razor")
        .GroupBy(f => f.EndsWith(".razor.cs", StringComparison.Ordinal) ? f[..^3] : f)
        .SelectMany(g => Find(g.Key, string.Join('\n', g.Select(f => File_(f)))))];

    /// <summary>The uses in a source.</summary>
    public static IEnumerable<TextUse> Find(string file, string source)
    {
        foreach (var localizer in Localizer().Matches(source).Select(m => (Resource: m.Groups[1].Value, Name: m.Groups[2].Value))
            .Distinct())
        {
            foreach (var use in Regex.Matches(source, $@"(?<![\w.]){localizer.Name}(?:\[|\.Plural\(|\.Say\()")
                .Select(m => (m.Index, m.Length, m.Value)))
            {
                var isPlural = use.Value.EndsWith(".Plural(", StringComparison.Ordinal);
                var open = use.Index + use.Length - 1;
                var inside = source[(open + 1)..(CodeReader.SkipBrackets(source, open) - 1)];
                foreach (Match literal in Literal().Matches(FirstArgument(inside)))
                {
                    var (text, isMade) = (literal.Groups[2].Value, literal.Groups[1].Value == "$" && literal.Groups[2].Value.Contains('{'));
                    yield return new(file, localizer.Resource, isMade ? text[..text.IndexOf('{')] : text, isMade, isPlural);
                }
            }
        }
    }

    public bool Covers(string key)
        => IsBeginning ? key.StartsWith(Key, StringComparison.Ordinal)
            : IsPlural ? key == $"{Key}_one" || key == $"{Key}_other" : key == Key;

    private static string FirstArgument(string arguments)
    {
        for (var at = 0; at < arguments.Length;)
        {
            if (arguments[at] == ',') return arguments[..at];
            at = CodeReader.StartsString(arguments, at) ? CodeReader.SkipString(arguments, at, new())
                : arguments[at] is '(' or '[' or '{' ? CodeReader.SkipBrackets(arguments, at) : at + 1;
        }
        return arguments;
    }

    private static string File_(string path) => System.IO.File.ReadAllText(Path.Combine(Repository.Root, path));

    [GeneratedRegex(@"IStringLocalizer<(\w+)> (\w+)")]
    private static partial Regex Localizer();

    [GeneratedRegex(@"(\$?)""((?:[^""\\{]|\{[^}]*\})*)""")]
    private static partial Regex Literal();
}
