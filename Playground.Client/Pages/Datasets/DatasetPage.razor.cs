using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Datasets;

/// <summary>One data set: its making, its report, its versions and its pictures. What is looked at is in the address.</summary>
public sealed partial class DatasetPage(IDatasets datasets, NavigationManager navigation, IDialogService dialogs) : IDisposable
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource _closed = new();
    private readonly DatasetEdits _edits = new();
    private DatasetView? _dataset;
    private DatasetVersionEditor? _editor;
    private (string Id, int Version) _edited;
    private string? _problem;
    private bool _isAlive, _looked;

    [Parameter] public string Id { get; set; } = "";

    /// <summary>The version to show; null: the newest.</summary>
    [SupplyParameterFromQuery(Name = "v")] private int? VersionNumber { get; set; }

    /// <summary>Which of its pictures.</summary>
    [SupplyParameterFromQuery] private string? Show { get; set; }

    /// <summary>Of which class.</summary>
    [SupplyParameterFromQuery] private string? Class { get; set; }

    private DatasetVersion? Version
        => _dataset?.Versions.FirstOrDefault(v => v.Version == VersionNumber) ?? _dataset?.Latest ?? _dataset?.Versions.LastOrDefault();

    // The address may say anything.
    private string ShownClass => Version?.Classes.FirstOrDefault(c => c.Name == Class)?.Name ?? "";

    private string ShownPart => Show is "in" or "out" or "exact" or "similar" ? Show : "all";

    private bool IsWorking => _dataset is { Status: DatasetStatus.Inspecting or DatasetStatus.Uploading }
        || _dataset?.Versions.Any(v => v.Status == DatasetStatus.Inspecting) == true;

    protected override async Task OnParametersSetAsync()
    {
        if (_dataset?.Id != Id)
        {
            _dataset = await datasets.FindAsync(Id, _closed.Token);
            _looked = true;
        }
        BeginEdits();
    }

    // Another version has other edits.
    private void BeginEdits()
    {
        if (Version is not { } version || _edited == (Id, version.Version)) return;
        _edited = (Id, version.Version);
        _edits.Begin(version);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        _isAlive = true;
        StateHasChanged();
        _ = PreviewAsync();
    }

    // While something is under way, its state changes without anyone here doing anything.
    private async Task PreviewAsync()
    {
        using var timer = new PeriodicTimer(s_lookEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(_closed.Token))
            {
                if (!IsWorking) continue;
                try
                {
                    _dataset = await datasets.FindAsync(Id, _closed.Token);
                    BeginEdits();
                }
                catch (UnavailableException)
                {
                    // What is shown stays; the next tick asks again.
                }
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private Task RenameAsync() => RenameDialog.AskAsync(dialogs, T["RenameTitle"], new()
    {
        { d => d.Name, _dataset!.Name },
        { d => d.Rename, to => RefusedAsync(async ct => _dataset = await datasets.EditAsync(Id, new DatasetEdit { Name = to.Name }, ct)) },
    });

    private async Task DeleteAsync()
    {
        var isGone = await ConfirmDelete.AskAsync(dialogs, T["DeleteTitle", _dataset!.Name], new()
        {
            { d => d.Text, T["DeleteText"] },
            { d => d.Delete, _ => RefusedAsync(ct => datasets.DeleteAsync(Id, ct)) },
        });
        if (!isGone) return;
        if (Version is { } version) _edits.Begin(version);
        navigation.NavigateTo("datasets");
    }

    private Task InspectAsync() => TryAsync(async ct => _dataset = await datasets.InspectAsync(Id, ct));

    private Task CancelAsync() => TryAsync(ct => datasets.CancelAsync(Id, ct));

    private async Task MakeVersionAsync()
    {
        if (_editor is not null && !await _editor.CheckAsync()) return;
        await TryAsync(async ct =>
        {
            _dataset = await datasets.EditAsync(Id, _edits.ToEdit(), ct);
            _edits.Begin(Version!);
            Navigate(version: _dataset.Versions[^1].Version);
        });
    }

    // Another look at the same version keeps the edits; everything else would lose them.
    private async Task ConfirmLeavingAsync(LocationChangingContext context)
    {
        if (!_edits.Any || IsSameVersion(context.TargetLocation)) return;
        var isConfirmed = await ConfirmDelete.AskAsync(dialogs, T["LeaveTitle"], new()
        {
            { d => d.Text, T["LeaveText"] },
            { d => d.Button, T["LeaveButton"] },
        });
        if (!isConfirmed) context.PreventNavigation();
    }

    private bool IsSameVersion(string target)
    {
        var (here, there) = (navigation.ToAbsoluteUri(navigation.Uri), navigation.ToAbsoluteUri(target));
        return here.AbsolutePath == there.AbsolutePath && VersionIn(here) == VersionIn(there);
    }

    private static string? VersionIn(Uri address)
        => address.Query.TrimStart('?').Split('&').FirstOrDefault(p => p.StartsWith("v=", StringComparison.Ordinal));

    private async Task TryAsync(Func<CancellationToken, Task> action) => _problem = await RefusedAsync(action);

    // Why it was not done; null: it was.
    private async Task<string?> RefusedAsync(Func<CancellationToken, Task> action)
    {
        try
        {
            await action(_closed.Token);
            return null;
        }
        catch (RequestException e)
        {
            return e.Message;
        }
    }

    // What is as it would be anyway is not in the address.
    private void Navigate(int? version = null, string? show = null, bool setClass = false, string? ofClass = null)
    {
        var newest = _dataset?.Latest?.Version;
        var number = version ?? Version?.Version;
        navigation.NavigateTo(navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["v"] = number == newest ? null : number,
            ["show"] = (show ?? Show) is "all" ? null : show ?? Show,
            ["class"] = version is not null ? null : setClass ? ofClass : Class,
        }), replace: true);
    }

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }
}
