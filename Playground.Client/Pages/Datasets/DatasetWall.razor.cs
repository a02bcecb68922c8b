using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Datasets;

/// <summary>All images of a version as small ones, of which only those in view exist; chosen by mouse or keyboard, and marked as excluded
/// or included.</summary>
public sealed partial class DatasetWall(IDatasets datasets, IJSRuntime js) : IAsyncDisposable
{
    private const int Tile = 96, Gap = 8, RowHeight = Tile + Gap, PageSize = 200;

    private readonly Dictionary<int, IReadOnlyList<DatasetPicture>> _pages = [];
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly HashSet<int> _selected = [];
    private (int Version, string Show, string Class) _shown;
    private int _columns, _visibleRows = 4, _total, _active, _anchor;
    private ElementReference _wall;
    private Virtualize<int>? _rows;
    private IJSObjectReference? _module;
    private bool _isGone;
    private DotNetObjectReference<DatasetWall>? _self;

    /// <summary>The data set's id.</summary>
    [Parameter, EditorRequired] public string Dataset { get; set; } = "";

    /// <summary>The version whose images these are.</summary>
    [Parameter, EditorRequired] public DatasetVersion Version { get; set; } = default!;

    /// <summary><c>all</c>, <c>in</c>, <c>out</c>, <c>exact</c> or <c>similar</c>.</summary>
    [Parameter] public string Show { get; set; } = "all";

    /// <summary>Other ones are to be shown.</summary>
    [Parameter] public EventCallback<string> ShowChanged { get; set; }

    /// <summary>Only this class; empty: all.</summary>
    [Parameter] public string Class { get; set; } = "";

    /// <summary>Those of another class are to be shown; null: of all.</summary>
    [Parameter] public EventCallback<string?> ClassChanged { get; set; }

    /// <summary>What has been marked and is not in a version yet: true where an image is to be excluded, false where it is to be
    /// included.</summary>
    [Parameter, EditorRequired] public Dictionary<int, bool> Marks { get; set; } = default!;

    /// <summary>The marks were changed in place.</summary>
    [Parameter] public EventCallback MarksChanged { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == (Version.Version, Show, Class)) return;
        _shown = (Version.Version, Show, Class);
        _pages.Clear();
        _selected.Clear();
        (_active, _anchor) = (0, 0);
        await EnsureAsync(0, 1);
        if (_rows is not null) await _rows.RefreshDataAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _self = DotNetObjectReference.Create(this);
        _module = await js.LoadAsync("wall", () => _isGone);
        if (_module is null) return;
        await _module.InvokeVoidAsync("attach", _wall, Tile, Gap, _self);
    }

    /// <summary>Called by the script when the wall's width has changed.</summary>
    [JSInvokable]
    public async Task OnColumns(int columns, int height)
    {
        _visibleRows = Math.Max(1, height / RowHeight);
        if (columns == _columns) return;
        _columns = columns;
        StateHasChanged();
        if (_rows is not null) await _rows.RefreshDataAsync();
        StateHasChanged();
    }

    private DatasetPicture? Loaded(int index)
        => _pages.TryGetValue(index / PageSize, out var page) && index % PageSize < page.Count ? page[index % PageSize] : null;

    private IReadOnlyList<Option<string>> Shows => [new("all", T["ShowAll"]), new("in", T["ShowIn"]), new("out", T["ShowOut"]),
        new("exact", T["ShowExact"]), new("similar", T["ShowSimilar"])];

    private string Counted => _selected.Count > 0
        ? T["Selected", T.Plural("ImagesCount", _total), _selected.Count]
        : T.Plural("ImagesCount", _total);

    private bool IsOut(DatasetPicture picture) => Marks.GetValueOrDefault(picture.Number, picture.Excluded);

    private string Describe(DatasetPicture picture)
        => string.Join(", ", new[] { picture.Name, picture.Class, IsOut(picture) ? T["IsExcluded"].Value : null }.OfType<string>());

    private string Caption(DatasetPicture picture) => string.Join(" · ", new[]
    {
        picture.Name,
        $"{picture.Width}×{picture.Height}",
        picture.Class,
        picture.Caption is { } caption ? T["Quoted", caption].Value : null,
        picture.Exact ? T["IsExact"].Value : picture.Group is not null ? T["IsNear"].Value : null,
    }.OfType<string>());

    private async ValueTask<ItemsProviderResult<int>> RowsAsync(ItemsProviderRequest request)
    {
        await EnsureAsync(request.StartIndex * _columns, (request.StartIndex + request.Count) * _columns);
        var rows = (_total + _columns - 1) / _columns;
        var count = Math.Max(0, Math.Min(request.Count, rows - request.StartIndex));
        return new ItemsProviderResult<int>(Enumerable.Range(request.StartIndex, count), rows);
    }

    private async Task EnsureAsync(int from, int to)
    {
        await _loading.WaitAsync();
        try
        {
            var shown = _shown;
            for (var page = from / PageSize; page == from / PageSize || page * PageSize < Math.Min(to, _total); page++)
            {
                if (_pages.ContainsKey(page)) continue;
                var found = await datasets.PicturesAsync(Dataset, Query(page), CancellationToken.None);
                if (shown != _shown) return;
                (_total, _pages[page]) = (found.Total, found.Pictures);
            }
        }
        catch (RequestException)
        {
            // Deleted by another tab meanwhile: there is nothing to show any more.
            _total = 0;
            _pages.Clear();
        }
        finally
        {
            _loading.Release();
        }
    }

    private DatasetPictureQuery Query(int page) => new()
    {
        Version = Version.Version,
        Class = Class.Length == 0 ? null : Class,
        Excluded = Show switch { "in" => false, "out" => true, _ => null },
        Duplicates = Show is "exact" or "similar" ? Show : null,
        Skip = page * PageSize,
        Take = PageSize,
    };

    private async Task Click(int index, MouseEventArgs e)
    {
        if (e.ShiftKey) await SelectAsync(_anchor, index);
        else Toggle(index);
        _active = index;
    }

    private async Task OnKey(KeyboardEventArgs e)
    {
        var control = e.CtrlKey || e.MetaKey;
        switch (e.Key)
        {
            case " ":
                Toggle(_active);
                break;
            case "a" when control:
                await SelectAsync(0, _total - 1);
                break;
            case "Escape":
                _selected.Clear();
                break;
            case "Delete" or "Insert":
                if (await Authentication.MayAsync()) await Mark(e.Key == "Delete");
                break;
            default:
                if (Target(e.Key) is { } target) await MoveAsync(target, e.ShiftKey);
                break;
        }
    }

    private int? Target(string key) => key switch
    {
        "ArrowLeft" => _active - 1,
        "ArrowRight" => _active + 1,
        "ArrowUp" => _active - _columns,
        "ArrowDown" => _active + _columns,
        "PageUp" => _active - _columns * _visibleRows,
        "PageDown" => _active + _columns * _visibleRows,
        "Home" => 0,
        "End" => _total - 1,
        _ => null,
    };

    private async Task MoveAsync(int target, bool extend)
    {
        if (_total == 0) return;
        _active = Math.Clamp(target, 0, _total - 1);
        await EnsureAsync(_active, _active + 1);
        if (extend) await SelectAsync(_anchor, _active);
        else _anchor = _active;
        if (_module is not null) await _module.InvokeVoidAsync("show", _wall, _active / _columns, RowHeight);
    }

    private void Toggle(int index)
    {
        if (Loaded(index) is not { } picture) return;
        if (!_selected.Remove(picture.Number)) _selected.Add(picture.Number);
        _anchor = index;
    }

    private async Task SelectAsync(int a, int b)
    {
        if (_total == 0) return;
        var (from, to) = (Math.Min(a, b), Math.Max(a, b));
        for (var page = from / PageSize; page <= to / PageSize; page++) await EnsureAsync(page * PageSize, page * PageSize + 1);
        for (var i = from; i <= to; i++)
            if (Loaded(i) is { } picture) _selected.Add(picture.Number);
    }

    private async Task Mark(bool isOut)
    {
        var known = _pages.Values.SelectMany(p => p).ToDictionary(p => p.Number, p => p.Excluded);
        foreach (var number in _selected)
        {
            if (known.GetValueOrDefault(number) == isOut) Marks.Remove(number);
            else Marks[number] = isOut;
        }
        _selected.Clear();
        await MarksChanged.InvokeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        await _module.EndAsync(_wall);
        _self?.Dispose();
        _loading.Dispose();
    }
}
