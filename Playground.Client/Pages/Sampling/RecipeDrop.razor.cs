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
    private DotNetObjectReference<RecipeDrop>? _self;
    private string? _problem, _opened;
    private IReadOnlyList<string> _notes = [];

    /// <summary>Takes the settings, and returns the names of those that the page has no place for.</summary>
    [Parameter, EditorRequired]
    public Func<SampleRequest, Task<IReadOnlyList<string>>> Open { get; set; } = _
        => Task.FromResult<IReadOnlyList<string>>([]);

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _self = DotNetObjectReference.Create(this);
        _module = await js.InvokeAsync<IJSObjectReference>("import", "./_content/Playground.Client/js/recipe.js");
        await _module.InvokeVoidAsync("attach", _root, _self);
    }

    /// <summary>Called by the script with what the server read.</summary>
    [JSInvokable]
    public async Task OnRecipe(RecipeView recipe)
    {
        (_problem, _opened) = (null, T["RecipeOpened"]);
        var lost = await Open(recipe.Request);
        var notes = recipe.Notes.Select(n => n.Message);
        _notes = lost.Count == 0 ? [.. notes] : [.. notes, T["RecipeLost", string.Join(", ", lost)]];
        StateHasChanged();
    }

    /// <summary>Called by the script where there is no recipe in the file (with the server's sentence), or no server (with none).</summary>
    [JSInvokable]
    public void OnProblem(string message)
    {
        (_opened, _problem) = (null, message.Length == 0 ? T["RecipeFailed"] : message);
        StateHasChanged();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _module.EndAsync();
        _self?.Dispose();
    }
}
