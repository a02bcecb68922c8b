using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Pages.Sampling;
using Playground.Client.Pages.Shares;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Gallery;

/// <summary>
/// The images that somebody saved. The wall of them is a script's, which scrolls, selects and opens them; the page has the boards and
/// filters, and changes what is selected.
/// </summary>
public sealed partial class GalleryPage(IGallery gallery, IJSRuntime js, IDialogService dialogs, NavigationManager navigation)
    : IAsyncDisposable
{
    private const long MostSelected = 4 << 20;
    private const int DefaultSide = 160;

    private GalleryFilterState _filter = new();
    private GalleryFacets? _facets;
    private IReadOnlyList<BoardView> _boards = [];
    private IReadOnlyList<string>? _undo;
    private GalleryImageDetail? _shown;
    private bool _isLoaded;
    private int _selected, _total, _side = DefaultSide;
    private string? _problem, _notice;
    private ElementReference _wall;
    private Viewer? _viewer;
    private IJSObjectReference? _module;
    private bool _isGone;
    private DotNetObjectReference<GalleryPage>? _self;

    /// <summary>The image to open, from the address.</summary>
    [Parameter] public string? ImageId { get; set; }

    /// <summary>The run whose images to show, from the address.</summary>
    [SupplyParameterFromQuery] public string? Run { get; set; }

    /// <summary>The board to show, from the address.</summary>
    [SupplyParameterFromQuery] public string? Board { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LookAsync();

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _self = DotNetObjectReference.Create(this);
        _module = await js.LoadAsync("gallery", () => _isGone);
        if (_module is null) return;
        var kept = await _module.InvokeAsync<string?>("attach", _wall, _viewer!.Element, _self);
        if (Run is not null) _filter = new GalleryFilterState { Run = Run };
        else if (Board is not null) _filter = new GalleryFilterState { Place = Board };
        else if (ImageId is null) _filter = GalleryFilterState.OfStored(KeyOf(kept));
        // A board that is gone since shows nothing for good.
        if (_filter.Board is { } board && _boards.All(b => b.Id != board)) _filter = new();
        await _module.InvokeVoidAsync("show", _filter.ToAddress(), kept, _filter.ToStored());
        _isLoaded = true;
        StateHasChanged();
        if (ImageId is not null && await gallery.FindPlaceAsync(ImageId, _filter.ToQuery(), CancellationToken.None) is { } place)
            await _module.InvokeVoidAsync("openImage", place);
    }

    /// <summary>Called by the script: so many are selected, of so many.</summary>
    [JSInvokable]
    public void OnSelection(int selected, int total)
    {
        (_selected, _total) = (selected, total);
        StateHasChanged();
    }

    /// <summary>Called by the script: the images could not be fetched.</summary>
    [JSInvokable]
    public void OnFailed()
    {
        _problem = T["Failed"];
        StateHasChanged();
    }

    /// <summary>Called by the script: the viewer shows an image, or has closed.</summary>
    /// <returns>The steps of its denoising that are kept.</returns>
    [JSInvokable]
    public async Task<IReadOnlyList<int>> OnShown(string? id)
    {
        _shown = id is null ? null : await gallery.FindAsync(id, CancellationToken.None);
        StateHasChanged();
        return _shown?.Steps ?? [];
    }

    /// <summary>Called by the script: a key asks for something to be done with all that is selected.</summary>
    [JSInvokable]
    public async Task OnAction(string what)
    {
        if (await Authentication.MayAsync()) await ActAsync(what);
    }

    private Task ActAsync(string what) => what switch
    {
        "star" => EditAsync(new GalleryEdit { Starred = true }),
        "unstar" => EditAsync(new GalleryEdit { Starred = false }),
        "delete" => DeleteAsync(),
        "restore" => RestoreAsync(),
        "undo" => UndoAsync(),
        ['r', 'a', 't', 'e', var stars] => EditAsync(new GalleryEdit { Rating = stars - '0' }),
        _ => Task.CompletedTask,
    };

    /// <summary>Called by the script: a key or a button of the viewer asks for something to be done with the image that is
    /// shown.</summary>
    [JSInvokable]
    public async Task OnImage(string what, string id)
    {
        if (!await Authentication.MayAsync() || await gallery.FindAsync(id, CancellationToken.None) is not { } image) return;
        switch (what)
        {
            case "star":
                await EditOneAsync(new GalleryEdit { Ids = [id], Starred = !image.Image.Starred });
                break;
            case "delete":
                await DeleteAsync([id]);
                break;
            case "share":
                await CloseViewerAsync();
                await ShareDialog.OpenAsync(dialogs, ShareKind.Image, id);
                break;
            case ['r', 'a', 't', 'e', var stars]:
                await EditOneAsync(new GalleryEdit { Ids = [id], Rating = stars - '0' });
                break;
            default:
                break;
        }
    }

    // The filter that the script kept is the key of the place that it kept with it.
    private static string? KeyOf(string? kept)
    {
        if (kept is null) return null;
        try
        {
            using var place = JsonDocument.Parse(kept);
            return place.RootElement.TryGetProperty("key", out var key) ? key.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task LookAsync()
    {
        (_facets, _boards) = (await gallery.GetFacetsAsync(CancellationToken.None), await gallery.ListBoardsAsync(CancellationToken.None));
        if (_filter.Board is { } board && _boards.All(b => b.Id != board)) await ChooseAsync(GalleryFilterState.All);
    }

    private Task ChooseAsync(string place) => FilterAsync(_filter with { Place = place });

    private async Task FilterAsync(GalleryFilterState filter)
    {
        (_filter, _problem) = (filter, null);
        if (_module is null) return;
        if (navigation.ToBaseRelativePath(navigation.Uri).Contains('?', StringComparison.Ordinal))
            navigation.NavigateTo("gallery", replace: true);
        await _module.InvokeVoidAsync("show", filter.ToAddress(), null, filter.ToStored());
        _isLoaded = true;
        StateHasChanged();
    }

    private async Task RefreshAsync()
    {
        await LookAsync();
        if (_module is not null) await _module.InvokeVoidAsync("refresh");
        if (_shown is { } shown) _shown = await gallery.FindAsync(shown.Image.Id, CancellationToken.None);
        StateHasChanged();
    }

    // A long selection is more than one message of the circuit may be.
    private async Task<IReadOnlyList<string>> SelectedAsync()
    {
        if (_module is null) return [];
        await using var reference = await _module.InvokeAsync<IJSStreamReference>("selected");
        await using var stream = await reference.OpenReadStreamAsync(MostSelected);
        return await JsonSerializer.DeserializeAsync<string[]>(stream) ?? [];
    }

    private async Task EditAsync(GalleryEdit edit)
    {
        var ids = await SelectedAsync();
        if (ids.Count > 0) await EditOneAsync(edit with { Ids = ids });
    }

    private async Task<bool> EditOneAsync(GalleryEdit edit)
    {
        var done = await TryAsync(() => gallery.EditAsync(edit, CancellationToken.None));
        await RefreshAsync();
        return done;
    }

    private async Task<bool> TryAsync(Func<Task> work)
    {
        _problem = null;
        try
        {
            await work();
            return true;
        }
        catch (RequestException e)
        {
            _problem = e.Message;
            return false;
        }
    }

    private async Task DeleteAsync(IReadOnlyList<string>? images = null)
    {
        var ids = images ?? await SelectedAsync();
        if (ids.Count == 0 || _filter.Place == GalleryFilterState.Deleted) return;
        var deleted = 0;
        if (!await TryAsync(async () => deleted = await gallery.DeleteAsync(new GallerySelection { Ids = ids }, permanently: false,
            CancellationToken.None)))
        {
            StateHasChanged();
            return;
        }
        (_undo, _notice) = (ids, T.Plural("Deleted", deleted));
        if (images is null) await ClearAsync();
        await RefreshAsync();
    }

    private async Task UndoAsync()
    {
        if (_undo is { } ids) await RestoreAsync(ids);
    }

    private async Task RestoreAsync()
    {
        var ids = await SelectedAsync();
        if (ids.Count == 0) return;
        await RestoreAsync(ids);
        await ClearAsync();
    }

    private async Task RestoreAsync(IReadOnlyList<string> ids)
    {
        var restored = 0;
        if (await TryAsync(async () => restored = await gallery.RestoreAsync(new GallerySelection { Ids = ids }, CancellationToken.None)))
            (_undo, _notice) = (null, T.Plural("Restored", restored));
        await RefreshAsync();
    }

    private async Task RemoveAsync()
    {
        var ids = await SelectedAsync();
        if (ids.Count == 0) return;
        var parameters = new DialogParameters<ConfirmDelete>
        {
            { d => d.Text, T["DeleteForGoodText"].Value },
            { d => d.Delete, async _ => await TryAsync(() => gallery.DeleteAsync(new GallerySelection { Ids = ids }, permanently: true,
                CancellationToken.None)) ? null : _problem },
        };
        if (!await ConfirmDelete.AskAsync(dialogs, T.Plural("DeleteForGoodAsk", ids.Count), parameters)) return;
        (_undo, _notice) = (null, null);
        await ClearAsync();
        await RefreshAsync();
    }

    private async Task TagAsync()
    {
        if (await NameDialog.AskAsync(dialogs, T["AddTag"], T["TagName"], T["Add"], 50) is { } tag)
            await EditAsync(new GalleryEdit { AddTags = [tag] });
    }

    private async Task MoveAsync(string board)
    {
        await EditAsync(new GalleryEdit { Board = board });
        await ClearAsync();
    }

    private async Task MoveToNewAsync()
    {
        if (await NameDialog.AskAsync(dialogs, T["NewBoard"], T["BoardName"], T["Create"], 100) is not { } name) return;
        var board = "";
        if (await TryAsync(async () => board = (await gallery.AddBoardAsync(new BoardName(name), CancellationToken.None)).Id))
            await MoveAsync(board);
    }

    private async Task DownloadAsync()
    {
        var ids = await SelectedAsync();
        if (ids.Count == 0 || _module is null) return;
        await TryAsync(async () =>
        {
            var offer = await gallery.OfferAsync(new GallerySelection { Ids = ids }, CancellationToken.None);
            await _module.InvokeVoidAsync("download", offer.Address);
        });
    }

    private async Task ShareAsync()
    {
        var ids = await SelectedAsync();
        if (ids.Count == 1) await ShareDialog.OpenAsync(dialogs, ShareKind.Image, ids[0]);
        else if (ids.Count > 1) await ShareDialog.OpenAsync(dialogs, ShareKind.Selection, null, ids);
    }

    private Task ShareAllAsync() => _filter.Board is { } board
        ? ShareDialog.OpenAsync(dialogs, ShareKind.Board, board)
        : ShareDialog.OpenAsync(dialogs, ShareKind.Gallery, null);

    private async Task AddBoardAsync()
    {
        if (await NameDialog.AskAsync(dialogs, T["NewBoard"], T["BoardName"], T["Create"], 100) is not { } name) return;
        await TryAsync(async () => await gallery.AddBoardAsync(new BoardName(name), CancellationToken.None));
        await LookAsync();
    }

    private async Task RenameBoardAsync(BoardView board)
    {
        var parameters = new DialogParameters<RenameDialog>
        {
            { d => d.Name, board.Name },
            { d => d.Rename, async name => await TryAsync(() => gallery.RenameBoardAsync(board.Id, new BoardName(name.Name),
                CancellationToken.None)) ? null : _problem },
        };
        if (await RenameDialog.AskAsync(dialogs, T["RenameBoard"], parameters)) await LookAsync();
        _problem = null;
    }

    private async Task DeleteBoardAsync(BoardView board)
    {
        var parameters = new DialogParameters<ConfirmDelete>
        {
            { d => d.Text, T["DeleteBoardText"].Value },
            { d => d.Delete, async _ => await TryAsync(() => gallery.DeleteBoardAsync(board.Id, CancellationToken.None))
                ? null : _problem },
        };
        if (await ConfirmDelete.AskAsync(dialogs, T["DeleteBoardAsk", board.Name], parameters)) await RefreshAsync();
    }

    private async Task SelectAllAsync()
    {
        if (_module is not null) await _module.InvokeVoidAsync("selectAll");
    }

    private async Task ClearAsync()
    {
        if (_module is not null) await _module.InvokeVoidAsync("clearSelection");
    }

    private async Task CloseViewerAsync()
    {
        if (_module is not null) await _module.InvokeVoidAsync("closeImage");
    }

    private async Task ResizeAsync(ChangeEventArgs e)
    {
        if (!int.TryParse(e.Value?.ToString(), CultureInfo.InvariantCulture, out var side)) return;
        _side = Math.Clamp(side, 96, 320);
        if (_module is not null) await _module.InvokeVoidAsync("resize", _side);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        await _module.EndAsync();
        _self?.Dispose();
    }
}
