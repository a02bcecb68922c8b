using System.Text.RegularExpressions;
using Playground.Core.Tests;

namespace Playground.RepositoryTests.Texts;

/// <summary>What visitors read comes from resource files, in every language.</summary>
public sealed partial class TextTests
{
    // Asked for by the library, by keys of its own.
    private const string Library = "MudTexts";

    [Fact]
    public void Every_text_is_there_in_every_language()
    {
        Assert.NotEmpty(TextResource.All);
        var languages = TextResource.All.Select(r => r.Language).Where(l => l != "").Distinct().ToList();
        Assert.Equal(["zh-Hans"], languages);
        None(from english in TextResource.All.Where(r => r.Language == "")
             from language in languages
             let other = TextResource.All.SingleOrDefault(r => r.Name == english.Name && r.Language == language)?.Texts
             ?? new Dictionary<string, string>()
             from key in english.Texts.Keys.Where(k => !k.EndsWith("_one", StringComparison.Ordinal)).Except(other.Keys)
             select $"{english.Name} has no '{key}' in {language}.");
        None(from other in TextResource.All.Where(r => r.Language != "")
             from key in other.Texts.Keys.Except(TextResource.All.Single(r => r.Name == other.Name && r.Language == "").Texts.Keys)
             select $"{other.Name} has '{key}' in {other.Language} alone.");
        None(from resource in TextResource.All
             from text in resource.Texts
             where text.Value.Trim() != text.Value || text.Value.Length == 0
             select $"{resource.Name}: '{text.Key}' is empty, or has spaces around it, in {resource.Language}.");
    }

    [Fact]
    public void Every_key_that_is_asked_for_is_there_and_every_key_that_is_there_is_asked_for()
    {
        var english = TextResource.All.Where(r => r.Language == "").ToDictionary(r => r.Name);
        Assert.True(TextUse.All.Count > 30, $"{TextUse.All.Count} uses");
        None(from use in TextUse.All
             let keys = english.TryGetValue(use.Resource, out var found) ? found.Texts.Keys : []
             let wanted = use is { IsPlural: true, IsBeginning: false } ? [$"{use.Key}_one", $"{use.Key}_other"] : new[] { use.Key }
             from key in use.IsBeginning ? wanted.Where(_ => !keys.Any(use.Covers)) : wanted.Except(keys)
             select $"{use.File} asks {use.Resource} for '{key}'.");
        None(from resource in english.Values.Where(r => r.Name != Library)
             from key in resource.Texts.Keys
             where !TextUse.All.Any(u => u.Resource == resource.Name && u.Covers(key))
             select $"Nothing asks {resource.Name} for '{key}'.");
    }

    [Fact]
    public void A_text_takes_the_same_values_in_every_language()
        => None(from other in TextResource.All.Where(r => r.Language != "")
                let english = TextResource.All.Single(r => r.Name == other.Name && r.Language == "")
                from text in other.Texts
                let wanted = Places(english.Texts.GetValueOrDefault(text.Key, ""))
                let found = Places(text.Value)
                where !wanted.SetEquals(found)
                select $"{other.Name}: '{text.Key}' takes {{{string.Join(", ", wanted)}}} in English and "
                + $"{{{string.Join(", ", found)}}} in {other.Language}.");

    [Fact]
    public void No_text_stands_in_the_pages_themselves()
    {
        var found = SourceFiles.List().Where(IsPage).ToDictionary(f => f, TextsOf);
        Assert.True(found.Count > 50, $"{found.Count} files");
        None(found.SelectMany(f => f.Value.Select(t => $"{f.Key}:{t.Line}: {t.Text}")));
    }

    [Theory]
    [InlineData("<p>Hello there</p>", "Hello there")]
    [InlineData("<p>@T[\"Key\"]</p>")]
    [InlineData("<p class=\"some class\">@T[\"Key\", job.Step] · @Name(\"a word\") <b>x</b> 12</p>")]
    [InlineData("<Field Label=\"Number of steps\" Name=\"steps\" />", "Number of steps")]
    [InlineData("<Field Label=\"@T[\"Key\"]\" aria-label=\"@(is ? \"Switch on\" : T[\"Off\"])\" />", "Switch on")]
    [InlineData("@if (x is { Y: \"a b\" })\n{\n    var n = a < b;\n    <p>Inside</p>\n}\nelse\n{\n    <p>@y</p>\n}\n", "Inside")]
    [InlineData("@foreach (var (a, b) in s)\n{\n    <li @key=\"a\" @onclick=\"() => Go(\"some place\")\"><img src=\"x\" alt=\"\"> "
        + "@a</li>\n}\nEnd", "End")]
    [InlineData("@* A remark *@ <!-- Another --> @code { // Somebody's\n string s = \"no text\"; }")]
    [InlineData("@page \"/a/b\"\n@inject NavigationManager Navigation\n<PageTitle>@T[\"Title\"] · Playground</PageTitle>")]
    [InlineData("<span>@(done ? \"Done\" : $\"{n} left over\")</span>", "Done", "left over")]
    [InlineData("<span>@(n > 0 ? T.Plural(\"Jobs\", n) : T[\"None\"])</span> <kbd title=\"Esc\">Playground</kbd>")]
    [InlineData("<time>@at.ToString(\"yyyy-MM-dd\") @(at.ToString(\"yyyy-MM-dd\"))</time>")]
    [InlineData("<Picture Text='@($\"Image {n}\")' />", "Image")]
    [InlineData("@switch (x)\n{\n    case 1:\n        <p>First one</p>\n        break;\n}", "First one")]
    public void Text_is_told_from_code(string source, params string[] texts)
    => Assert.Equal(texts, RazorText.Find(source).Select(t => t.Text));

    [Theory]
    [InlineData("var s = \"There is nothing.\";", "There is nothing.")]
    [InlineData("// \"There is nothing.\"\nvar s = texts[\"Nothing\"];")]
    [InlineData("var s = $\"{count} steps done\";", "  steps done")]
    [InlineData("var c = '\"'; var d = \"a-b c_d\";")]
    public void Sentences_in_code_are_found(string source, params string[] texts)
    => Assert.Equal(texts, CodeText.Find(source).Select(t => t.Text));

    [Fact]
    public void Uses_are_found_with_their_class_and_form()
    {
        const string Source = """"
            @inject IStringLocalizer<PlayTexts> T
            @T["One"] @T[is ? "Two" : "Three", n] @T.Plural("Images", n) @T[$"Sampler_{name}"] other["Four"]
            """";
        Assert.Equal([("One", false, false), ("Two", false, false), ("Three", false, false), ("Images", false, true),
            ("Sampler_", true, false)],
            TextUse.Find("x", Source).Select(u => (u.Key, u.IsBeginning, u.IsPlural)).OrderBy(u => u.IsBeginning).ThenBy(u => u.IsPlural));
        Assert.All(TextUse.Find("x", Source), u => Assert.Equal("PlayTexts", u.Resource));
    }

    private static bool IsPage(string file)
        => new[] { "Pages", "Layout", "Components" }.Any(f => file.StartsWith($"Playground.Client/{f}/", StringComparison.Ordinal))
            && Path.GetExtension(file) is ".razor" or ".cs"
            || file.StartsWith("Playground.Server/", StringComparison.Ordinal) && file.EndsWith(".razor", StringComparison.Ordinal);

    private static IReadOnlyList<(int Line, string Text)> TextsOf(string file)
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, file));
        return file.EndsWith(".razor", StringComparison.Ordinal) ? RazorText.Find(source) : CodeText.Find(source);
    }

    private static HashSet<string> Places(string text) => [.. Place().Matches(text).Select(m => m.Groups[1].Value)];

    private static void None(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, $"{all.Count}:\n{string.Join('\n', all)}");
    }

    [GeneratedRegex(@"\{(\d+)[^}]*\}")]
    private static partial Regex Place();
}
