using System.Text.RegularExpressions;
using Playground.Core.Tests;

namespace Playground.RepositoryTests;

/// <summary>What docs/security.md says is shown by a test is shown by one that is there.</summary>
public sealed partial class SecurityPageTests
{
    [Fact]
    public void Every_row_of_the_page_names_a_test_that_is_there()
    {
        var rows = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "security.md")).Where(l => Row().IsMatch(l)).ToList();
        Assert.True(rows.Count >= 40, $"Only {rows.Count} rows were found.");
        var tests = Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText).ToList();
        Assert.DoesNotContain(rows, row => Test().Match(row) is not { Success: true } match
            || !tests.Exists(t => Has(t, match.Groups[1].Value, match.Groups[2].Value)));
    }

    // The class that is asked for, and within its file the method, which has an attribute of a test.
    private static bool Has(string file, string type, string method)
        => Regex.IsMatch(file, $@"class {type}\b") && (method == "*" ? file.Contains("[Fact", StringComparison.Ordinal)
            || file.Contains("[Theory", StringComparison.Ordinal) : Regex.IsMatch(file, $@"public (async Task|void) {method}\("));

    [GeneratedRegex(@"^\| \d+\.\d+")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+)\.(\w+|\*)` \|$")]
    private static partial Regex Test();
}
