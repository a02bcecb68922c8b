using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Pages.Models;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Sampling;

/// <summary>
/// Settings, the images as they come, and the run that makes them. Frames go from the hub to the tiles in JavaScript. The address is
/// the run's, so back and forward lead through the runs.
/// </summary>
public sealed partial class Play(ISampling sampling, IJobs jobs, IRecipes recipes, IJSRuntime js, NavigationManager navigation,
    PlayMemory memory) : IAsyncDisposable
{
    private const int MaxChips = 40;
    private static readonly Dictionary<string, object?> s_random = new() { ["name"] = "random" };
    private static readonly Option<int>[] s_scales = [new(1, "×1"), new(8, "×8")];

    private IReadOnlyList<ModelView> _models = [];
    private StartPicture? _startPicture;
    private RunProgress? _progress;
    private Viewer? _viewer;
    private Timeline? _timeline;
    private HistoryStrip? _history;
    private FieldGroup? _fields;
    private bool _opensDetail, _showsClean, _looked, _failed;
    private bool _picks;
    private IReadOnlyList<int> _picked = [];
    private int _scale = 1;
    private string? _problem, _shown, _stored;
    private JobView? _job;
    private SettingsSource? _source;
    private ElementReference _tiles;
    private IJSObjectReference? _module;
    private bool _isGone;
    private DotNetObjectReference<Play>? _self;

    /// <summary>The job to attach to, from the address.</summary>
    [Parameter] public string? JobId { get; set; }

    /// <summary>The model to begin with, from the address; a checkpoint of a training, which is in no list, too.</summary>
    [SupplyParameterFromQuery] public string? Model { get; set; }

    /// <summary>An image whose settings to begin with, from the address, as <see cref="IRecipes"/> names it.</summary>
    [SupplyParameterFromQuery] public string? From { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    private PlaySettings Settings => memory.Settings;

    private ModelView? Selected => _models.FirstOrDefault(m => m.Name == Settings.Model);

    private SamplerView? Sampler => sampling.Samplers.FirstOrDefault(s => s.Name == Settings.Sampler);

    private SampleRequest Requested => _job?.RequestAs<SampleRequest>() ?? new();

    private bool Running => _job is not null && !JobStatus.IsFinal(_job.Status);

    private ModelView? ExampleModel => _models.FirstOrDefault(m => m is { Shipped: true, Classes: 10, Channels: 1 });

    // The chosen one where it reads text, so that the examples can be tried with it.
    private ModelView? ExampleTextModel => Selected is { Text: not null } ? Selected
        : _models.FirstOrDefault(m => m is { Shipped: true, Text: not null });

    private string? ModelHint => Selected is { } m
        ? T[m.Channels == 1 ? "ModelGray" : "ModelColor", m.SampleSize, m.Text is { } text
            ? text.Kind ?? T["ModelReadsText"]
            : m.Classes is { } k ? T.Plural("ModelClasses", k)
            : T["ModelNoClasses"].Value].Value
        : null;

    private string TilesLabel => T.Plural("ImagesOf", Requested.Count, TitleOf(Requested.Model));

    private string TitleOf(string model) => _models.FirstOrDefault(m => m.Name == model)?.Title ?? model;

    private Option<string>[] Spacings =>
    [
        new(PlaySettings.ModelSpacing, T["SpacingModel"]), new(PlaySettings.Karras, T["SpacingKarras"]),
        new(PlaySettings.Exponential, T["SpacingExponential"]),
    ];

    private static Setting Of(string name) => Setting.Of<SampleRequest>(name);

    private Option<bool>[] Views => [new(false, T["ViewNoisy"], T["ViewNoisyHint"]), new(true, T["ViewClean"], T["ViewCleanHint"])];

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _models = await sampling.GetModelsAsync(CancellationToken.None);
        if (_models.Count == 0) _problem = T["NoModel"];
        navigation.LocationChanged += OnLocationChanged;
        var named = Model ?? _models.FirstOrDefault(m => navigation.Uri.EndsWith($"#model={Uri.EscapeDataString(m.Name)}",
            StringComparison.Ordinal))?.Name;
        if (JobId is null && From is not null) await TakeRecipeAsync(From);
        else if (JobId is null && named is not null && await OfferAsync(named)) ChooseModel(named);
        else if (JobId is null && memory.JobId is { } last) await ShowAsync(last);
        if (!await OfferAsync(Settings.Model)) Settings.Model = DefaultModel;
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (JobId is not null) await ShowAsync(JobId);
    }

    private async Task TakeRecipeAsync(string source)
    {
        if (await recipes.FindAsync(source, CancellationToken.None) is not { } recipe)
        {
            _problem = T["RecipeMissing"];
            return;
        }
        // What the browser keeps comes later, where nothing was taken of it yet.
        _source = SettingsSource.Of(recipe) with { Before = memory.IsLoaded ? Settings.ToStored() : null };
        Settings.Take(recipe.Request);
        // In place of what the visitor had when they were here last.
        (memory.IsLoaded, memory.JobId, _opensDetail) = (true, null, Settings.HasDetails);
        if (!await OfferAsync(recipe.Request.Model)) _problem = T["RecipeModelMissing", recipe.Request.Model];
    }

    private string DefaultModel => _models.ToBeginWith()?.Name ?? "";

    // Whether it can be chosen.
    private async Task<bool> OfferAsync(string model)
    {
        if (_models.Any(m => m.Name == model)) return true;
        if (model.Length == 0 || await sampling.FindModelAsync(model, CancellationToken.None) is not { } found) return false;
        _models = [found, .. _models];
        return true;
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            await StoreAsync();
            return;
        }
        _self = DotNetObjectReference.Create(this);
        _module = await js.LoadAsync("play", () => _isGone);
        if (_module is null) return;
        var stored = await _module.InvokeAsync<string?>("attach", _tiles, _viewer!.Element, _timeline!.Element, _self);
        _stored = stored;
        if (!memory.IsLoaded && _job is null) await TakeStoredAsync(stored);
        if (_source is { Before: null }) _source = _source with { Before = stored ?? new PlaySettings().ToStored() };
        memory.IsLoaded = true;
        if (_job is null) return;
        if (JobId is null) await _module.InvokeVoidAsync("address", _job.Id, true);
        await WatchAsync(scrolls: false);
    }

    // What the visitor had when they were here last, but for what the address asks for.
    private async Task TakeStoredAsync(string? stored)
    {
        var asked = Settings.Model;
        Settings.TakeStored(stored);
        if (Model is not null || navigation.Uri.Contains("#model=", StringComparison.Ordinal) || !await OfferAsync(Settings.Model))
            ChooseModel(asked);
        _opensDetail = Settings.HasDetails;
        StateHasChanged();
    }

    private async Task StoreAsync()
    {
        if (_module is null || Unstored is not { } settings) return;
        _stored = settings;
        await _module.InvokeVoidAsync("store", settings);
    }

    // What another tab has stored since is left alone where nothing was set here.
    private string? Unstored => memory.IsLoaded && Settings.ToStored() is var settings && settings != _stored ? settings : null;

    /// <summary>Called by the script with changes of the job; frames stay in the script.</summary>
    [JSInvokable]
    public async Task OnJob(JobView job)
    {
        if (job.Id != _shown) return;
        // Whether it waits or runs, only its progress says; the rest of the page leaves the processor to the first step.
        var isNews = job.Status != _job?.Status && (JobStatus.IsFinal(job.Status) || _job is null || JobStatus.IsFinal(_job.Status));
        _job = job;
        if (job.Status == JobStatus.Failed) _failed = true;
        if (!isNews)
        {
            _progress?.Show(job);
            return;
        }
        StateHasChanged();
        if (_history is not null) await _history.RefreshAsync();
    }

    /// <summary>Called by the script when the connection was lost (with an empty text), or the hub refused.</summary>
    [JSInvokable]
    public void OnProblem(string message)
    {
        _problem = message.Length == 0 ? T["ConnectionLost"] : message;
        StateHasChanged();
    }

    /// <summary>Ctrl+Enter, from anywhere on the page.</summary>
    [JSInvokable]
    public async Task OnGenerateKey()
    {
        if (!Running && Selected is not null && await Authentication.MayAsync()) await Generate();
    }

    /// <summary>Esc, from anywhere on the page.</summary>
    [JSInvokable]
    public async Task OnCancelKey()
    {
        if (Running && await Authentication.MayAsync()) await Cancel();
    }

    /// <summary>Called by the script: one of the images is to be started from.</summary>
    [JSInvokable]
    public async Task OnUse(int image)
    {
        if (_job is not null && _startPicture is not null && await Authentication.MayAsync()) await _startPicture.TakeAsync(_job.Id, image);
        StateHasChanged();
    }

    /// <summary>Called by the script: other images are picked.</summary>
    [JSInvokable]
    public void OnPick(int[] images)
    {
        _picked = images;
        StateHasChanged();
    }

    private async Task Pick()
    {
        _picks = !_picks;
        if (_module is not null) await _module.InvokeVoidAsync("pick", _picks);
    }

    private async Task Generate()
    {
        _problem = null;
        if (_fields is not null && !await _fields.CheckAsync()) return;
        if (_startPicture is not null && !await _startPicture.ReadyAsync()) return;
        // What failed can be tried again as it was.
        if (Settings.IsRandom && !_failed) Settings.DrawSeed();
        await StartAsync(Settings.ToRequest(Selected, Sampler));
    }

    // The same once more, whatever has been set since.
    private Task Retry()
    {
        _problem = null;
        return StartAsync(Requested);
    }

    private Task TryAsync(SampleRequest recipe)
    {
        Settings.Take(recipe);
        (_opensDetail, _failed, _source) = (Settings.HasDetails, false, null);
        return Generate();
    }

    private async Task StartAsync(SampleRequest request)
    {
        try
        {
            _job = await sampling.StartAsync(request, CancellationToken.None);
            (_shown, memory.JobId, _failed) = (_job.Id, _job.Id, false);
            if (_module is not null) await _module.InvokeVoidAsync("address", _job.Id, false);
            await WatchAsync(scrolls: true);
            if (_history is not null) await _history.RefreshAsync();
        }
        catch (RequestException e)
        {
            (_problem, _failed) = (e.Message, true);
        }
        StateHasChanged();
    }

    private async Task Cancel()
    {
        if (_job is not null) await jobs.CancelAsync(_job.Id, CancellationToken.None);
    }

    private async Task WatchAsync(bool scrolls)
    {
        if (_module is null || _job is null) return;
        (_picks, _picked) = (false, []);
        var request = Requested;
        var model = _models.FirstOrDefault(m => m.Name == request.Model);
        await _module.InvokeVoidAsync("watch", _job.Id, ImageFacts.Of(request, model, T), request.Interpolate is not null,
            scrolls);
    }

    // The script changes the address when a run begins, which the router does not see; back, forward and links it does.
    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        var path = navigation.ToBaseRelativePath(e.Location).Split('?', '#')[0].Split('/');
        if (path is ["jobs", var id]) _ = InvokeAsync(() => ShowAsync(id));
        // The navigation leads back to what runs, not away from it.
        else if (path is ["" or "play"]) _ = InvokeAsync(() => e.IsNavigationIntercepted && Running ? ReturnAsync() : ClearAsync());
    }

    private async Task ReturnAsync()
    {
        if (_module is not null && _job is not null) await _module.InvokeVoidAsync("address", _job.Id, true);
    }

    // One that was deleted cannot be shown any more.
    private void OnDeleted(string id)
    {
        if (id == _shown) navigation.NavigateTo("play", replace: true);
        else if (id == memory.JobId) memory.JobId = null;
    }

    // Everything that the page has a place for; what it has none for is named.
    private async Task OpenRecipeAsync(RecipeView recipe, string name)
    {
        var (asked, before) = (recipe.Request, Settings.ToStored());
        var request = asked.Model.Length > 0 && await OfferAsync(asked.Model) ? asked : asked with { Model = Settings.Model };
        Settings.Take(request);
        Settings.Classes.RemoveWhere(k => k >= (Selected?.Classes ?? 0));
        (_opensDetail, _failed, _problem) = (Settings.HasDetails, false, null);
        var lost = Settings.Lost(request, Selected, Sampler);
        _source = new SettingsSource(SettingsSourceKind.File, name, null)
        {
            Notes = [.. recipe.Notes.Select(n => T.Say($"Recipe_{n.Remark.Code}", n.Remark)),
                .. lost.Count == 0 ? [] : new[] { T["Lost", string.Join(", ", lost)].Value }],
            Before = before,
        };
        StateHasChanged();
    }

    private async Task UndoSourceAsync()
    {
        Settings.TakeStored(_source?.Before);
        if (!await OfferAsync(Settings.Model)) Settings.Model = DefaultModel;
        (_source, _problem, _failed, _opensDetail) = (null, null, false, Settings.HasDetails);
        // A reload would open them again.
        if (_shown is null) navigation.NavigateTo("play", replace: true);
    }

    private async Task ShowAsync(string id)
    {
        if (_shown == id) return;
        (_shown, _source) = (id, null);
        var job = await jobs.FindAsync(id, CancellationToken.None);
        if (_shown != id) return;
        (_job, _looked, _failed) = (job, true, false);
        if (job is null)
        {
            _problem = T["NoJob", id];
            return;
        }
        (_problem, memory.JobId) = (null, id);
        await OfferAsync(Requested.Model);
        Settings.Take(Requested);
        _opensDetail = Settings.HasDetails;
        StateHasChanged();
        await WatchAsync(scrolls: false);
    }

    private async Task ClearAsync()
    {
        if (_shown is null) return;
        (_shown, _job, memory.JobId, _problem, _failed) = (null, null, null, null, false);
        StateHasChanged();
        if (_module is not null) await _module.InvokeVoidAsync("clear");
    }

    private async Task ShowClean(bool on)
    {
        _showsClean = on;
        if (_module is not null) await _module.InvokeVoidAsync("showClean", on);
    }

    private void TypeSeed(long seed) => (Settings.Seed, Settings.IsRandom, _failed) = (seed, false, false);

    private void ChooseModel(string model)
    {
        Settings.Choose(Selected, _models.FirstOrDefault(m => m.Name == model));
    }

    private void ChooseClass(int? k)
    {
        Settings.Classes.Clear();
        if (k is { } chosen) Settings.Classes.Add(chosen);
    }

    private bool Takes(string option) => Sampler?.Options.Contains(option) == true;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        navigation.LocationChanged -= OnLocationChanged;
        await _module.EndAsync(Unstored);
        _self?.Dispose();
    }
}
