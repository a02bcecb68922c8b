using Bunit;
using MudBlazor;
using Playground.Client.Components;

namespace Playground.Client.Tests.Components;

public sealed class ConfirmDeleteTests : ComponentTest
{
    private readonly List<DeleteConfirmation> _deleted = [];
    private string? _refusal;

    [Fact]
    public async Task It_says_what_goes_and_deletes_when_that_is_confirmed()
    {
        var (shown, result) = await OpenAsync<ConfirmDelete>(new() { { d => d.Text, "This permanently deletes 7 files." },
            { d => d.Delete, Delete } });
        Assert.Contains("This permanently deletes 7 files.", One(shown, "[role=dialog]").TextContent, StringComparison.Ordinal);
        Assert.Equal("Delete", One(shown, "button[type=submit]").TextContent.Trim());
        await One(shown, "form").SubmitAsync();
        Assert.False((await result)!.Canceled);
        Assert.Equal([new(false, null)], _deleted);
    }

    [Fact]
    public async Task Cancel_deletes_nothing()
    {
        var (shown, result) = await OpenAsync<ConfirmDelete>(new() { { d => d.Text, "It goes." }, { d => d.Delete, Delete } });
        await shown.FindAll("button").Single(b => b.TextContent.Trim() == "Cancel").ClickAsync(new());
        Assert.True((await result)!.Canceled);
        Assert.Empty(_deleted);
    }

    [Fact]
    public async Task What_stands_against_it_is_said_and_the_button_is_off()
    {
        var (shown, _) = await OpenAsync<ConfirmDelete>(new() { { d => d.Text, "It goes." },
            { d => d.Blocked, "1 unfinished job uses it." }, { d => d.Delete, Delete } });
        Assert.Equal("1 unfinished job uses it.", One(shown, "[role=alert]").TextContent.Trim());
        Assert.True(One(shown, "button[type=submit]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_warning_must_be_agreed_to()
    {
        var (shown, result) = await OpenAsync<ConfirmDelete>(new() { { d => d.Text, "It goes." },
            { d => d.Warning, "Delete anyway. Derived models keep working: b." }, { d => d.Delete, Delete } });
        Assert.True(One(shown, "button[type=submit]").HasAttribute("disabled"));
        One(shown, "input[name=force]").Change(true);
        Assert.False(One(shown, "button[type=submit]").HasAttribute("disabled"));
        await One(shown, "form").SubmitAsync();
        await result;
        Assert.Equal([new(true, null)], _deleted);
    }

    [Fact]
    public async Task A_refusal_is_shown_and_the_dialog_stays_for_another_try()
    {
        _refusal = "Type mnist to confirm.";
        var (shown, result) = await OpenAsync<ConfirmDelete>(new() { { d => d.Text, "It goes." }, { d => d.Name, "mnist" },
            { d => d.Delete, Delete } });
        One(shown, "input[name=confirm]").Change(" something ");
        await One(shown, "form").SubmitAsync();
        Assert.Equal("Type mnist to confirm.", One(shown, "[role=alert]").TextContent.Trim());
        Assert.False(result.IsCompleted);

        _refusal = null;
        One(shown, "input[name=confirm]").Change("mnist");
        await One(shown, "form").SubmitAsync();
        Assert.False((await result)!.Canceled);
        Assert.Equal([new(false, "something"), new(false, "mnist")], _deleted);
    }

    private Task<string?> Delete(DeleteConfirmation how)
    {
        _deleted.Add(how);
        return Task.FromResult(_refusal);
    }
}
