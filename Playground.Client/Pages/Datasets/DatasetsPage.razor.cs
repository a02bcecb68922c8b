using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Datasets;

/// <summary>An upload as the script tells of it.</summary>
/// <param name="Key">The script's own.</param>
/// <param name="Name">What the data set will be called.</param>
/// <param name="Dataset">Its draft; null until the server has made it.</param>
/// <param name="State"><c>sending</c>, <c>paused</c>, <c>lost</c> or <c>failed</c>.</param>
/// <param name="Problem">Why it stopped.</param>
/// <param name="Sent">Bytes.</param>
/// <param name="Total">Bytes.</param>
/// <param name="Speed">Bytes a second; 0 when unknown.</param>
public sealed record BrowserUpload(
    string Key, string Name, string? Dataset, string State, string? Problem, long Sent, long Total, double Speed);

/// <summary>Uploads and imports, and the list of what is there. The bytes go from the script to the server; only the progress comes
/// here.</summary>
public sealed partial class DatasetsPage(IDatasets datasets, IJSRuntime js, NavigationManager navigation, IDialogService dialogs)
    : IAsyncDisposable
{
    private static readonly string[] s_scriptTexts = ["NoFiles", "NameAndMore", "ServerAnswered", "Lost", "Unnamed"];
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _closed = new();
    private IReadOnlyList<DatasetView> _datasets = [];
    private IReadOnlyList<BrowserUpload> _uploads = [];
    private DatasetStorage? _storage;
    private string _address = "";
    private string? _problem;
    private DropZone? _drop;
    private IJSObjectReference? _module;
    private bool _isGone;
    private DotNetObjectReference<DatasetsPage>? _self;

    private string? Limits => _storage is { } s
        ? T["Limits", ByteText.Of(s.MaxUpload), ByteText.Of(s.Used), ByteText.Of(s.Quota)].Value
        : null;

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _ = PreviewAsync();
        // Whoever may only look has nowhere to drop anything.
        if (_drop is null) return;
        _self = DotNetObjectReference.Create(this);
        _module = await js.LoadAsync("uploads", () => _isGone);
        if (_module is null) return;
        await _module.InvokeVoidAsync("attach", _drop.Zone, _drop.Files, _drop.Folder, _self,
            s_scriptTexts.ToDictionary(k => k, k => T[$"Script_{k}"].Value));
    }

    /// <summary>Called by the script while uploads go on.</summary>
    [JSInvokable]
    public void OnUploads(BrowserUpload[] uploads)
    {
        _uploads = uploads;
        StateHasChanged();
    }

    /// <summary>Called by the script when all of an upload is there and its inspection has begun.</summary>
    [JSInvokable]
    public void OnUploaded(string dataset) => navigation.NavigateTo($"datasets/{dataset}");

    /// <summary>Called by the script when the list may have changed.</summary>
    [JSInvokable]
    public async Task OnChanged()
    {
        await LoadAsync();
        StateHasChanged();
    }

    /// <summary>Called by the script when the chosen files are of no use.</summary>
    [JSInvokable]
    public void OnProblem(string message)
    {
        _problem = message;
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        _datasets = await datasets.ListAsync(_closed.Token);
        _storage = await datasets.StorageAsync(_closed.Token);
    }

    // While something is under way, its state changes without anyone here doing anything.
    private async Task PreviewAsync()
    {
        using var timer = new PeriodicTimer(s_lookEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(_closed.Token))
            {
                if (!_datasets.Any(d => d.Status is DatasetStatus.Inspecting or DatasetStatus.Uploading)) continue;
                try
                {
                    await LoadAsync();
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

    private static IReadOnlyList<Picture> First(string dataset, DatasetVersion version)
        => [.. Enumerable.Range(0, Math.Min(4, version.Count))
            .Select(i => new Picture($"api/v1/datasets/{dataset}/versions/{version.Version}/pictures/{i}.webp?side=64", ""))];

    private async Task CallAsync(string function, string key)
    {
        if (_module is not null) await _module.InvokeVoidAsync(function, key);
    }

    private async Task DeleteAsync(DatasetView item)
    {
        var isGone = await ConfirmDelete.AskAsync(dialogs, T["DeleteTitle", item.Name], new()
        {
            { d => d.Text, T["DeleteText"] },
            { d => d.Delete, async _ =>
            {
                try
                {
                    await datasets.DeleteAsync(item.Id, _closed.Token);
                    return null;
                }
                catch (RequestException e)
                {
                    return e.Message;
                }
            } },
        });
        if (isGone) await LoadAsync();
    }

    private async Task ImportAsync()
    {
        _problem = null;
        try
        {
            var name = Uri.TryCreate(_address, UriKind.Absolute, out var uri)
                && Path.GetFileNameWithoutExtension(uri.AbsolutePath) is { Length: > 0 and <= 100 } file
                ? Uri.UnescapeDataString(file)
                : T["ImportName"];
            var made = await datasets.CreateAsync(new NewDataset { Name = name, Address = _address.Trim() }, _closed.Token);
            navigation.NavigateTo($"datasets/{made.Id}");
        }
        catch (RequestException e)
        {
            _problem = e.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        await _closed.CancelAsync();
        await _module.EndAsync();
        _self?.Dispose();
        _closed.Dispose();
    }
}
