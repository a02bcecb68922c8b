using Playground.Core.Tests;

namespace Playground.RepositoryTests;

public sealed class PageScriptRuleTests
{
    [Fact]
    public void Scripts_are_loaded_through_PageScript_which_attaches_none_whose_page_has_gone()
    {
        string[] found = [.. SourceFiles.List().Where(f => f.StartsWith("Playground.Client/", StringComparison.Ordinal)
                && Path.GetExtension(f) is ".cs" or ".razor" && Path.GetFileName(f) != "PageScript.cs")
            .Where(f => File.ReadAllText(Path.Combine(Repository.Root, f))
                .Contains("IJSObjectReference>(\"import\"", StringComparison.Ordinal))];
        Assert.Empty(found);
    }
}
