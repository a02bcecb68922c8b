using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Models;

/// <summary>What is installed, and the import. The bytes go from the script to the server; only the progress comes here.</summary>
public sealed partial class ModelsPage(IModels models, IJSRuntime js) : IAsyncDisposable
{
    private enum ImportState
    {
        Idle,
        Sending,
        Checking,
    }

    private static readonly string[] s_scriptTexts = ["TooLarge", "Lost", "NoReason"];
    private IReadOnlyList<ModelView> _models = [];
    private ImportState _state;
    private long _sent, _total;
    private string? _problem, _imported;
    private string[] _leftOut = [];
    private DropZone? _drop;
    private IJSObjectReference? _module;
    private bool _isGone;
    private DotNetObjectReference<ModelsPage>? _self;

    private string Sent => _state == ImportState.Checking
        ? T["Checking"]
        : T["SentOf", ByteText.Of(_sent), ByteText.Of(_total)];

    protected override async Task OnInitializedAsync() => _models = await models.ListAsync(CancellationToken.None);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // Whoever may only look has nowhere to drop anything.
        if (!firstRender || _drop is null) return;
        _self = DotNetObjectReference.Create(this);
        _module = await js.LoadAsync("models", () => _isGone);
        if (_module is null) return;
        await _module.InvokeVoidAsync("attach", _drop.Zone, _drop.Files, _drop.Folder, _self, models.MaxBytes,
            s_scriptTexts.ToDictionary(k => k, k => T[$"Script_{k}"].Value));
    }

    /// <summary>Called by the script while it sends.</summary>
    [JSInvokable]
    public void OnProgress(long sent, long total)
    {
        (_sent, _total, _problem, _imported) = (sent, total, null, null);
        _state = sent < total ? ImportState.Sending : ImportState.Checking;
        StateHasChanged();
    }

    /// <summary>Called by the script when the server has installed the model.</summary>
    [JSInvokable]
    public async Task OnImported(string name, string[] leftOut)
    {
        (_state, _imported, _leftOut) = (ImportState.Idle, name, leftOut);
        _models = await models.ListAsync(CancellationToken.None);
        StateHasChanged();
    }

    /// <summary>Called by the script when it failed; null: the visitor has stopped it.</summary>
    [JSInvokable]
    public void OnProblem(string? message)
    {
        (_state, _problem) = (ImportState.Idle, message);
        StateHasChanged();
    }

    private async Task CancelAsync()
    {
        if (_module is not null) await _module.InvokeVoidAsync("cancel");
    }

    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        await _module.EndAsync();
        _self?.Dispose();
    }
}
