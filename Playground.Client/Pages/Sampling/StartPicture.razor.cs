using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Playground.Client.Components;

namespace Playground.Client.Pages.Sampling;

/// <summary>
/// Chooses pictures to start from and paints the mask. Files and pixels stay between the script and the server's API: only ids come here.
/// </summary>
public sealed partial class StartPicture(IJSRuntime js) : IAsyncDisposable
{
    private const string Unreachable = "unreachable", Deleted = "deleted", Empty = "empty";

    private static readonly Dictionary<string, object?> s_erase = new() { ["name"] = "erase" };

    private ElementReference _root;
    private IJSObjectReference? _module;
    private bool _isGone;
    private DotNetObjectReference<StartPicture>? _self;
    private StartSettings? _shown;
    private int _shownPixels, _brush = 5;
    private bool _erases;
    private string? _problem;

    /// <summary>What is chosen; changed in place.</summary>
    [Parameter, EditorRequired] public StartSettings Settings { get; set; } = new();

    /// <summary>Height and width of the model's images in pixels.</summary>
    [Parameter] public int Pixels { get; set; } = 28;

    /// <summary>Whether the sampler can go back, for RePaint.</summary>
    [Parameter] public bool Resamples { get; set; }

    /// <summary>Whether the model can find what lies between two images.</summary>
    [Parameter] public bool Interpolates { get; set; } = true;

    /// <summary>What is started from has changed.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    private Option<StartKind>[] Kinds =>
    [
        new(StartKind.Noise, T["StartNoise"]),
        new(StartKind.Picture, T["StartImage"], T["StartImageHint"]),
        new(StartKind.Part, T["StartPart"], T["StartPartHint"]),
        .. Interpolates ? [new Option<StartKind>(StartKind.Between, T["StartBetween"], T["StartBetweenHint"])]
            : Array.Empty<Option<StartKind>>(),
    ];

    private double Strength => Settings.Kind == StartKind.Part ? Settings.PartStrength : Settings.Strength;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _module = await js.LoadAsync("start", () => _isGone);
            if (_module is null) return;
            await _module.InvokeVoidAsync("attach", _root, _self);
        }
        if (_module is null || (_shown == Settings && _shownPixels == Pixels)) return;
        (_shown, _shownPixels) = (Settings, Pixels);
        await _module.InvokeVoidAsync("show", Pixels, _brush, Settings.Pictures, Settings.Mask);
    }

    /// <summary>Called by the script when a file was uploaded, or could not be.</summary>
    [JSInvokable]
    public Task OnPicture(int slot, string? id, string? problem)
    {
        _problem = Explain(problem);
        if (id is not null) Settings.Pictures[slot] = id;
        StateHasChanged();
        return Changed.InvokeAsync();
    }

    /// <summary>Takes one of a job's pictures: the first of two that is missing, or in place of the first.</summary>
    public async Task TakeAsync(string job, int picture)
    {
        if (_module is null) return;
        if (Settings.Kind == StartKind.Noise) Settings.Kind = StartKind.Picture;
        var slot = Settings.Kind == StartKind.Between && Settings.Pictures[0] is not null && Settings.Pictures[1] is null ? 1 : 0;
        await _module.InvokeVoidAsync("take", slot, job, picture);
        await Changed.InvokeAsync();
    }

    /// <summary>Uploads the mask as it is painted, where one is wanted.</summary>
    /// <returns>Whether the settings can be sent.</returns>
    public async Task<bool> ReadyAsync()
    {
        _problem = Settings.IsComplete ? null : T[Settings.Kind == StartKind.Between ? "StartMissingTwo" : "StartMissing"].Value;
        if (_problem is null && Settings.Kind == StartKind.Part && _module is not null)
        {
            try
            {
                Settings.Mask = await _module.InvokeAsync<string>("mask");
            }
            catch (JSException e)
            {
                _problem = Explain(e.Message.Split('\n')[0]);
            }
        }
        StateHasChanged();
        return _problem is null;
    }

    private bool Shows(int slot) => Settings.Kind switch
    {
        StartKind.Noise => false,
        StartKind.Between => true,
        _ => slot == 0,
    };

    private bool Paints(int slot) => slot == 0 && Settings.Kind == StartKind.Part;

    private string SlotName(int slot)
        => Settings.Kind != StartKind.Between ? T["StartImageSlot"] : slot == 0 ? T["StartFirst"] : T["StartSecond"];

    private string CanvasLabel(int slot) => Paints(slot) ? T["PaintLabel"] : T["SlotShown", SlotName(slot)];

    // What the script found, in words; what the server said is left as it is.
    private string? Explain(string? problem) => problem switch
    {
        Unreachable => T["UploadFailed"],
        Deleted => T["ImageDeleted"],
        Empty => T["MaskEmpty"],
        _ => problem,
    };

    private async Task Choose(StartKind kind)
    {
        (Settings.Kind, _problem) = (kind, null);
        if (_module is not null) await _module.InvokeVoidAsync("paints", kind == StartKind.Part);
        await Changed.InvokeAsync();
    }

    private async Task SetBrush(int brush)
    {
        _brush = brush;
        if (_module is not null) await _module.InvokeVoidAsync("brush", _brush, _erases);
    }

    private async Task SetErase(bool on)
    {
        _erases = on;
        if (_module is not null) await _module.InvokeVoidAsync("brush", _brush, _erases);
    }

    private void SetStrength(double strength)
    {
        if (Settings.Kind == StartKind.Part) Settings.PartStrength = strength;
        else Settings.Strength = strength;
    }

    private async Task Tool(string name)
    {
        if (_module is not null) await _module.InvokeVoidAsync(name);
    }

    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        await _module.EndAsync();
        _self?.Dispose();
    }
}
