using Microsoft.JSInterop;

namespace Playground.Client.Components;

/// <summary>The script module of a page or component, which has a function <c>detach</c>.</summary>
internal static class PageScript
{
    private const string Detach = "detach";

    /// <summary>Loads a module. A component that is left before it has come does not attach it, and calls nothing of it later: what it
    /// would attach to is not there any more, and an error would end the circuit, and with it the page that came after.</summary>
    /// <param name="js">The page's.</param>
    /// <param name="name">The file's, without its extension.</param>
    /// <param name="isGone">Whether the component has been disposed of.</param>
    /// <returns>Null where it has, or where the tab has gone.</returns>
    public static async Task<IJSObjectReference?> LoadAsync(this IJSRuntime js, string name, Func<bool> isGone)
    {
        try
        {
            var module = await js.InvokeAsync<IJSObjectReference>("import", $"./_content/Playground.Client/js/{name}.js");
            if (!isGone()) return new Script(module, isGone);
            await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The tab is gone.
        }
        return null;
    }

    /// <summary>Detaches the module from the page and lets it go; one that was never loaded needs nothing.</summary>
    /// <param name="module">Null before it is loaded.</param>
    /// <param name="arguments">What its <c>detach</c> takes.</param>
    public static async ValueTask EndAsync(this IJSObjectReference? module, params object?[] arguments)
    {
        if (module is null) return;
        try
        {
            await module.InvokeVoidAsync(Detach, arguments);
            await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The tab is gone, and its script with it.
        }
    }

    // What a component that was left still wanted to call, when something that it waited for came.
    private sealed class Script(IJSObjectReference module, Func<bool> isGone) : IJSObjectReference
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
            => InvokeAsync<TValue>(identifier, CancellationToken.None, args);

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args)
            => isGone() && identifier != Detach ? default : module.InvokeAsync<TValue>(identifier, cancellationToken, args);

        public ValueTask DisposeAsync() => module.DisposeAsync();
    }
}
