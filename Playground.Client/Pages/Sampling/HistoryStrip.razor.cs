using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Sampling;

/// <summary>
/// The newest runs and those that are pinned, each a link to its own address. Older ones come as one scrolls to them, since each costs
/// kilobytes of the circuit and an image.
/// </summary>
public sealed partial class HistoryStrip(IRunHistory history, IJobs jobs, IDialogService dialogs, IJSRuntime js) : IAsyncDisposable
{
    /// <summary>Runs that are there at first, and that come at once: as many as a wide page has room for.</summary>
    public const int Batch = 12;

    private IReadOnlyList<RunView> _runs = [];
    private int _shown = Batch;
    private ElementReference _list;
    private IJSObjectReference? _module;
    private bool _isGone;
    private bool _isAttached;
    private string? _problem;

    /// <summary>The run that is shown; null: none.</summary>
    [Parameter] public string? Current { get; set; }

    /// <summary>Called with the id of a run that was deleted.</summary>
    [Parameter] public EventCallback<string> Deleted { get; set; }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    /// <inheritdoc />
    protected override void OnParametersSet() => IncludeCurrent();

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            _module = await js.LoadAsync("history", () => _isGone);
        if (_module is null || _isAttached == _runs.Count > 0) return;
        _isAttached = _runs.Count > 0;
        if (_isAttached) await _module.InvokeVoidAsync("attach", _list);
    }

    /// <summary>Looks again: a run has begun or ended.</summary>
    public async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        try
        {
            _runs = await history.ListAsync(CancellationToken.None);
            IncludeCurrent();
        }
        catch (UnavailableException)
        {
            // The strip stays as it was; whatever else is on the page says what is wrong.
        }
    }

    private void ShowMore() => _shown += Batch;

    // The run that is shown is in the strip, however old it is.
    private void IncludeCurrent()
    {
        for (var i = _shown; i < _runs.Count; i++)
            if (_runs[i].Id == Current) _shown = i + 1;
    }

    private async Task PinAsync(RunView run)
    {
        _problem = null;
        try
        {
            await history.PinAsync(run.Id, !run.IsPinned, CancellationToken.None);
        }
        catch (Exception e) when (e is RequestException or UnavailableException)
        {
            _problem = e.Message;
        }
        await LoadAsync();
    }

    private async Task DeleteAsync(RunView run)
    {
        _problem = null;
        var parameters = new DialogParameters<ConfirmDelete>
        {
            { d => d.Text, T.Plural("DeleteText", run.Count) },
            { d => d.Blocked, run.IsPinned ? T["DeletePinned"].Value : null },
            { d => d.Delete, _ => RemoveAsync(run) },
        };
        if (!await ConfirmDelete.AskAsync(dialogs, T["DeleteTitle"], parameters)) return;
        await LoadAsync();
        await Deleted.InvokeAsync(run.Id);
    }

    private async Task<string?> RemoveAsync(RunView run)
    {
        try
        {
            await jobs.DeleteAsync(run.Id, CancellationToken.None);
            return null;
        }
        catch (Exception e) when (e is RequestException or UnavailableException)
        {
            return e.Message;
        }
    }

    // One stop of the Tab key: the run that is shown, or the newest.
    private bool IsStop(RunView run) => run.Id == (_runs.Any(r => r.Id == Current) ? Current : _runs[0].Id);

    private string Hover(RunView run) => T["RunHover", run.ModelTitle, run.Sampler, T.Plural("RunSteps", run.Steps),
        T.Plural("RunImages", run.Count), $"{run.Seed}",
        run.Created.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)];

    private string Label(RunView run)
    {
        var what = T["RunLabel", run.ModelTitle, run.Sampler, T.Plural("RunSteps", run.Steps), T.Plural("RunImages", run.Count)].Value;
        var status = run.Status == JobStatus.Succeeded ? what : $"{what}, {T[$"Run_{run.Status}"]}";
        return run.IsPinned ? $"{status}, {T["Pinned"]}" : status;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _isGone = true;
        return _module.EndAsync();
    }
}
