using Microsoft.JSInterop;
using Playground.Client.Components;

namespace Playground.Client.Tests.Components;

/// <summary>Pages that are left before their scripts have come.</summary>
public sealed class PageScriptTests
{
    [Fact]
    public async Task A_script_that_comes_after_its_page_has_gone_is_let_go_and_not_attached()
    {
        var (browser, isGone) = (new FakeBrowser(), false);
        var loading = browser.LoadAsync("play", () => isGone);
        isGone = true;
        browser.Come();
        Assert.Null(await loading);
        Assert.Equal(["import ./_content/Playground.Client/js/play.js", "dispose"], browser.Calls);
    }

    [Fact]
    public async Task Nothing_but_its_end_is_called_of_a_script_whose_page_has_gone()
    {
        var (browser, isGone) = (new FakeBrowser(), false);
        browser.Come();
        var script = await browser.LoadAsync("play", () => isGone);
        await script!.InvokeVoidAsync("attach");
        isGone = true;
        Assert.Null(await script!.InvokeAsync<string?>("watch"));
        await script.EndAsync();
        Assert.Equal(["import ./_content/Playground.Client/js/play.js", "attach", "detach", "dispose"], browser.Calls);
    }

    // The script's side: says what was called, and gives the module when it is told to.
    private sealed class FakeBrowser : IJSRuntime, IJSObjectReference
    {
        private readonly TaskCompletionSource _come = new();

        public List<string> Calls { get; } = [];

        public void Come() => _come.SetResult();

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
            => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args)
        {
            Calls.Add(identifier == "import" ? $"import {args![0]}" : identifier);
            if (identifier != "import") return default!;
            await _come.Task;
            return (TValue)(object)this;
        }

        public ValueTask DisposeAsync()
        {
            Calls.Add("dispose");
            return default;
        }
    }
}
