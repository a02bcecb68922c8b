using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages;

/// <summary>Settings, the live canvas, and the job that fills it. The frames go from the hub to the canvas in JavaScript.</summary>
public sealed partial class Play(ISampling sampling, IJobs jobs, IJSRuntime js, NavigationManager navigation) : IAsyncDisposable
{
    private const string Scheduled = "", Karras = "karrasSigmas", Exponential = "exponentialSigmas";
    private static readonly Option<string>[] s_spacings =
        [new(Scheduled, "Model schedule"), new(Karras, "Karras"), new(Exponential, "Exponential")];
    private static readonly Dictionary<string, object?> s_clean = new() { ["name"] = "clean" };

    private IReadOnlyList<ModelView> _models = [];
    private string _model = "";
    private string _sampler = "ddim";
    private string _sigmas = Scheduled;
    private int _steps = 50;
    private double _eta;
    private int? _class;
    private double _guidance = 2;
    private int _count = 16;
    private long _seed;
    private double _variation, _rescale, _from, _to = 1;
    private long _variationSeed;
    private StartSettings _start = new();
    private StartPicture? _startPicture;
    private FieldGroup? _fields;
    private int _pick = 1;
    private bool _opensStart, _opensDetail;
    private bool _locked, _showsClean, _looked;
    private string? _problem;
    private JobView? _job;
    private ElementReference _canvas;
    private IJSObjectReference? _module;
    private DotNetObjectReference<Play>? _self;

    /// <summary>The job to attach to, from the address.</summary>
    [Parameter] public string? JobId { get; set; }

    /// <summary>The model to begin with, from the address; a checkpoint of a training, which is in no list, too.</summary>
    [SupplyParameterFromQuery] public string? Model { get; set; }

    private ModelView? Selected => _models.FirstOrDefault(m => m.Name == _model);

    private SamplerView? Sampler => sampling.Samplers.FirstOrDefault(s => s.Name == _sampler);

    private SampleRequest Requested => _job?.RequestAs<SampleRequest>() ?? new();

    private bool Running => _job is not null && !JobStatus.IsFinal(_job.Status);

    private string CanvasLabel => _job is null ? T["NoImages"] : T.Plural("ImagesAfter", Requested.Count, _job.Step, _job.Steps);

    private string StatusText => _job switch
    {
        null => "Press Generate.",
        { Status: JobStatus.Queued } => _job.Position > 1 ? $"Queued: number {_job.Position} in line." : "Queued: next up.",
        { Status: JobStatus.Running } => StepText(_job),
        { Status: JobStatus.Succeeded } => $"Done: {_job.Steps} steps.",
        { Status: JobStatus.Canceled } => $"Canceled after {_job.Step} of {_job.Steps} steps.",
        _ => _job.Error ?? "Failed.",
    };

    private static string StepText(JobView job)
    {
        var text = $"Step {job.Step} of {job.Steps}";
        if (job.Activity is { } activity) text += $": {activity}";
        if (job.StepsPerSecond is { } pace) text += $" · {pace:0.0} steps/s";
        return job.SecondsLeft is { } left ? text + $" · {left:0} s left" : text;
    }

    protected override async Task OnInitializedAsync()
    {
        _models = await sampling.GetModelsAsync(CancellationToken.None);
        var asked = _models.FirstOrDefault(m => navigation.Uri.EndsWith($"#model={Uri.EscapeDataString(m.Name)}",
            StringComparison.Ordinal));
        _model = (asked ?? _models.FirstOrDefault())?.Name ?? "";
        if (_models.Count == 0) _problem = "No model is installed. Import one on the Models page.";
        if (JobId is null)
        {
            if (Model is not null && await OfferAsync(Model)) _model = Model;
            return;
        }
        _job = await jobs.FindAsync(JobId, CancellationToken.None);
        _looked = true;
        if (_job is null) _problem = $"There is no job '{JobId}'.";
        else
        {
            await OfferAsync(Requested.Model);
            Restore(Requested);
        }
    }

    // Whether it can be chosen.
    private async Task<bool> OfferAsync(string model)
    {
        if (_models.Any(m => m.Name == model)) return true;
        if (await sampling.FindModelAsync(model, CancellationToken.None) is not { } found) return false;
        _models = [found, .. _models];
        return true;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _self = DotNetObjectReference.Create(this);
        _module = await js.InvokeAsync<IJSObjectReference>("import", "./_content/Playground.Client/js/frames.js");
        await _module.InvokeVoidAsync("attach", _canvas, _self);
        if (_job is not null) await WatchAsync();
    }

    /// <summary>Called by the script with every change of the job; frames stay in the script.</summary>
    [JSInvokable]
    public void OnJob(JobView job)
    {
        _job = job;
        StateHasChanged();
    }

    /// <summary>Called by the script when the connection was lost or refused.</summary>
    [JSInvokable]
    public void OnProblem(string message)
    {
        _problem = message;
        StateHasChanged();
    }

    /// <summary>Ctrl+Enter, from anywhere on the page.</summary>
    [JSInvokable]
    public async Task OnGenerateKey()
    {
        if (!Running) await Generate();
    }

    /// <summary>Esc, from anywhere on the page.</summary>
    [JSInvokable]
    public async Task OnCancelKey()
    {
        if (Running) await Cancel();
    }

    private async Task Generate()
    {
        _problem = null;
        if (_fields is not null && !await _fields.CheckAsync()) return;
        if (_startPicture is not null && !await _startPicture.ReadyAsync()) return;
        if (!_locked && _job is not null) Dice();
        try
        {
            _job = await sampling.StartAsync(_start.Apply(new SampleRequest
            {
                Model = _model,
                Sampler = _sampler,
                Steps = _steps,
                Eta = Takes("eta") ? _eta : 0,
                Options = Options(),
                Classes = _class is { } k ? [k] : [],
                Guidance = Selected?.Guides == true ? _guidance : 1,
                GuidanceRescale = Selected?.Guides == true ? _rescale : 0,
                GuidanceInterval = Selected?.Guides == true && (_from > 0 || _to < 1) ? [_from, _to] : null,
                Count = _count,
                Seed = _seed,
                VariationSeed = _variationSeed,
                VariationStrength = _variation,
            }, Sampler?.Resamples == true), CancellationToken.None);
            await js.InvokeVoidAsync("history.replaceState", null, "", $"/jobs/{_job.Id}");
            await WatchAsync();
        }
        catch (RequestException e)
        {
            _problem = e.Message;
        }
        StateHasChanged();
    }

    private async Task Cancel()
    {
        if (_job is not null) await jobs.CancelAsync(_job.Id, CancellationToken.None);
    }

    private async Task Reuse()
    {
        _opensStart = true;
        if (_job is null || _startPicture is null) return;
        await _startPicture.TakeAsync(_job.Id, Math.Clamp(_pick, 1, Requested.Count) - 1);
    }

    private async Task WatchAsync()
    {
        if (_module is not null && _job is not null) await _module.InvokeVoidAsync("watch", _job.Id);
    }

    private async Task ShowClean(bool on)
    {
        _showsClean = on;
        if (_module is not null) await _module.InvokeVoidAsync("showClean", _showsClean);
    }

    private void Dice() => _seed = Random.Shared.NextInt64(0, 1L << 32);

    private void ChooseModel(string model)
    {
        _model = model;
        (_class, _steps) = (null, Math.Min(_steps, Selected?.TrainTimesteps ?? _steps));
    }

    private static Option<int?>[] ClassesOf(int count)
        => [new(null, "All classes, cycling"), .. Enumerable.Range(0, count).Select(c => new Option<int?>(c, $"{c}"))];

    private bool Takes(string option) => Sampler?.Options.Contains(option) == true;

    private JsonObject? Options() => Takes("karrasSigmas") && _sigmas != Scheduled ? new() { [_sigmas] = true } : null;

    private void Restore(SampleRequest request)
    {
        _sigmas = s_spacings.Select(o => o.Value).FirstOrDefault(o => request.Options?.ContainsKey(o) == true) ?? Scheduled;
        (_model, _sampler, _steps, _eta) = (request.Model, request.Sampler, request.Steps, request.Eta);
        _class = request.Classes.Count > 0 ? request.Classes[0] : null;
        (_guidance, _count, _seed) = (request.Guidance, request.Count, request.Seed);
        (_variation, _variationSeed, _rescale) = (request.VariationStrength, request.VariationSeed, request.GuidanceRescale);
        (_from, _to) = request.GuidanceInterval is [var from, var to] ? (from, to) : (0, 1);
        _start = StartSettings.Of(request);
        _opensStart = _start.Kind != StartKind.Noise;
        _opensDetail = _variation > 0 || _rescale > 0 || request.GuidanceInterval is not null;
    }

    public async ValueTask DisposeAsync()
    {
        await _module.EndAsync();
        _self?.Dispose();
    }
}
