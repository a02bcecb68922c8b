using Microsoft.AspNetCore.Components;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages;

/// <summary>One data set: its making, its report, its versions and its pictures. What is looked at stands in the address.</summary>
public sealed partial class DatasetPage(IDatasets datasets, NavigationManager navigation, IDialogService dialogs) : IDisposable
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource _closed = new();
    private readonly Dictionary<int, bool> _marks = [];
    private DatasetView? _dataset;
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
        if (_dataset?.Id == Id) return;
        _marks.Clear();
        _dataset = await datasets.FindAsync(Id, _closed.Token);
        _looked = true;
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

    private Task RenameAsync() => RenameDialog.AskAsync(dialogs, "Rename this data set", new()
    {
        { d => d.Name, _dataset!.Name },
        { d => d.Rename, to => RefusedAsync(async ct => _dataset = await datasets.EditAsync(Id, new DatasetEdit { Name = to.Name }, ct)) },
    });

    private async Task DeleteAsync()
    {
        var isGone = await ConfirmDelete.AskAsync(dialogs, $"Delete '{_dataset!.Name}'?", new()
        {
            { d => d.Text, "This permanently deletes the data set with all its versions. Models trained on it keep working." },
            { d => d.Delete, _ => RefusedAsync(ct => datasets.DeleteAsync(Id, ct)) },
        });
        if (isGone) navigation.NavigateTo("datasets");
    }

    private Task InspectAsync() => TryAsync(async ct => _dataset = await datasets.InspectAsync(Id, ct));

    private Task CancelAsync() => TryAsync(ct => datasets.CancelAsync(Id, ct));

    private Task EditAsync(DatasetEdit edit) => TryAsync(async ct =>
    {
        _dataset = await datasets.EditAsync(Id, edit, ct);
        _marks.Clear();
        Navigate(version: _dataset.Versions[^1].Version);
    });

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

    private void ShowVersion(int version)
    {
        _marks.Clear();
        Navigate(version: version);
    }

    // What is as it would be without a word stands not in the address.
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
