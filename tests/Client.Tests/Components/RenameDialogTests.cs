using Bunit;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Tests.Components;

public sealed class RenameDialogTests : ComponentTest
{
    [Fact]
    public async Task It_begins_with_the_present_name_and_hands_on_the_trimmed_new_one()
    {
        var names = new List<NewName>();
        var (shown, result) = await OpenAsync<RenameDialog>(new() { { d => d.Name, "old" },
            { d => d.Rename, to => Note(names, to, null) } });
        Assert.Equal("old", One(shown, "input[name=name]").GetAttribute("value"));
        One(shown, "input[name=name]").Change(" new ");
        await One(shown, "form").SubmitAsync();
        Assert.False((await result)!.Canceled);
        Assert.Equal([new("new", null)], names);
    }

    [Fact]
    public async Task A_refusal_is_shown_and_the_dialog_stays()
    {
        var names = new List<NewName>();
        var (shown, result) = await OpenAsync<RenameDialog>(new() { { d => d.Name, "old" }, { d => d.Confirm, "old" },
            { d => d.Rename, to => Note(names, to, "The name 'new' is taken.") } });
        One(shown, "input[name=name]").Change("new");
        One(shown, "input[name=confirm]").Change("old");
        await One(shown, "form").SubmitAsync();
        Assert.Equal("The name 'new' is taken.", One(shown, "[role=alert]").TextContent.Trim());
        Assert.False(result.IsCompleted);
        Assert.Equal([new("new", "old")], names);
    }

    [Fact]
    public async Task Where_a_name_is_refused_the_nearest_that_can_be_used_is_offered()
    {
        var names = new List<NewName>();
        var (shown, result) = await OpenAsync<RenameDialog>(new() { { d => d.Name, "my run" }, { d => d.Label, "Model name" },
            { d => d.Button, "Save" }, { d => d.Suggest, name => ModelName.Suggest(name, ["my-run"]) },
            { d => d.Rename, to => Note(names, to, to.Name == "my run" ? "It cannot be a model's name." : null) } });
        Assert.Equal("Save", One(shown, "button[type=submit]").TextContent.Trim());
        Assert.Empty(shown.FindAll(".suggested"));
        await One(shown, "form").SubmitAsync();
        Assert.Contains("“my-run-2”", One(shown, ".suggested").TextContent, StringComparison.Ordinal);
        One(shown, ".suggested").Click();
        Assert.Empty(shown.FindAll("[role=alert]"));
        await One(shown, "form").SubmitAsync();
        Assert.False((await result)!.Canceled);
        Assert.Equal([new("my run", null), new("my-run-2", null)], names);
    }

    private static Task<string?> Note(List<NewName> names, NewName to, string? refusal)
    {
        names.Add(to);
        return Task.FromResult(refusal);
    }
}
