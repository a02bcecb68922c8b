using Microsoft.JSInterop;

namespace Playground.Client.Components;

/// <summary>The script module of a page or component, which has a function <c>detach</c>.</summary>
internal static class PageScript
{
    /// <summary>Detaches the module from the page and lets it go; one that was never loaded needs nothing.</summary>
    /// <param name="module">Null before it is loaded.</param>
    /// <param name="arguments">What its <c>detach</c> takes.</param>
    public static async ValueTask EndAsync(this IJSObjectReference? module, params object?[] arguments)
    {
        if (module is null) return;
        try
        {
            await module.InvokeVoidAsync("detach", arguments);
            await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The tab is gone, and its script with it.
        }
    }
}
