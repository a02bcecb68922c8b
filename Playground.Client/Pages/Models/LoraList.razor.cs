using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Models;

/// <summary>The installed LoRAs, and their import. The bytes go from the script to the server.</summary>
public sealed partial class LoraList(ILoras loras, IDialogService dialogs, IJSRuntime js) : IAsyncDisposable
{
    private IReadOnlyList<LoraView> _loras = [];
    private string? _problem;
    private DropZone? _drop;
    private IJSObjectReference? _module;
    private bool _isGone;
    private DotNetObjectReference<LoraList>? _self;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => _loras = await loras.ListAsync(null, CancellationToken.None);

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // Whoever may only look has nowhere to drop anything.
        if (!firstRender || _drop is null) return;
        _self = DotNetObjectReference.Create(this);
        _module = await js.LoadAsync("loras", () => _isGone);
        if (_module is null) return;
        await _module.InvokeVoidAsync("attach", _drop.Zone, _drop.Files, _self);
    }

    /// <summary>Called by the script when the server has installed one, or with the sentence why it has not.</summary>
    [JSInvokable]
    public async Task OnEnd(string? problem)
    {
        _problem = problem is "" ? T["Script_Lost"] : problem;
        _loras = await loras.ListAsync(null, CancellationToken.None);
        StateHasChanged();
    }

    private async Task DeleteAsync(string name)
    {
        if (!await ConfirmDelete.AskAsync(dialogs, T["LoraDelete", name], new DialogParameters<ConfirmDelete>
        {
            { c => c.Text, T["LoraDeleteText"].Value },
            { c => c.Delete, async _ => await TryDeleteAsync(name) },
        })) return;
        _loras = await loras.ListAsync(null, CancellationToken.None);
    }

    private async Task<string?> TryDeleteAsync(string name)
    {
        try
        {
            await loras.DeleteAsync(name, CancellationToken.None);
            return null;
        }
        catch (RequestException e)
        {
            return e.Message;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        await _module.EndAsync();
        _self?.Dispose();
    }
}
