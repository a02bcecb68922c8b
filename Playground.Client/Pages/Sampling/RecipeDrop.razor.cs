using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Sampling;

/// <summary>
/// Opens the recipe that is in an image: dropped anywhere on the page, or chosen. The script sends the file's text to the server, which
/// reads it; pixels stay where they are.
/// </summary>
public sealed partial class RecipeDrop(IJSRuntime js) : IAsyncDisposable
{
    private ElementReference _root;
    private IJSObjectReference? _module;
    private bool _isGone;
    private DotNetObjectReference<RecipeDrop>? _self;
    private string? _problem;

    /// <summary>Takes what was read, and the file's name.</summary>
    [Parameter, EditorRequired] public Func<RecipeView, string, Task> Open { get; set; } = (_, _) => Task.CompletedTask;

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _self = DotNetObjectReference.Create(this);
        _module = await js.LoadAsync("recipe", () => _isGone);
        if (_module is null) return;
        await _module.InvokeVoidAsync("attach", _root, _self);
    }

    /// <summary>Called by the script with what the server read, and the file's name.</summary>
    [JSInvokable]
    public async Task OnRecipe(RecipeView recipe, string name)
    {
        _problem = null;
        await Open(recipe, name);
        StateHasChanged();
    }

    /// <summary>Called by the script where there is no recipe in the file (with the server's sentence), or no server (with none).</summary>
    [JSInvokable]
    public void OnProblem(string message)
    {
        _problem = message.Length == 0 ? T["RecipeFailed"] : message;
        StateHasChanged();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        await _module.EndAsync();
        _self?.Dispose();
    }
}
