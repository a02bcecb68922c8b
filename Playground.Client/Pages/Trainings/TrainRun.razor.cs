using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Trainings;

/// <summary>One training, live. The curve goes from the API to the charts in JavaScript; the job's state comes here.</summary>
public sealed partial class TrainRun(ITrainings trainings, ISampling sampling, IJobs jobs, IJSRuntime js,
    IDialogService dialogs, NavigationManager navigation) : IAsyncDisposable
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(1);
    private static readonly string[] s_curveTexts = ["Loss", "EachStep", "Smoothed", "Validation", "Rate", "Norm", "Speed", "Step",
        "State"];
    private const int MostCompared = 4;
    private readonly Stopwatch _sinceLook = Stopwatch.StartNew();
    private TrainingView? _training;
    private JobView? _job;
    private string? _problem, _dataset, _saved;
    private IReadOnlyList<JobView> _others = [];
    private IReadOnlyList<TrainingDataset> _datasets = [];
    private IReadOnlyList<string> _compared = [];
    private IReadOnlyDictionary<string, string> _titles = new Dictionary<string, string>();

    // What was asked for and has not come about yet: the key of its text.
    private string? _asked;
    private bool _looked;
    private int _steps;
    private long? _scrubbed;
    private Charts? _charts;
    private TrainCheckpoints? _checkpoints;
    private FieldGroup? _fields;
    private IJSObjectReference? _module;
    private bool _isGone;
    private DotNetObjectReference<TrainRun>? _self;

    /// <summary>The training's id, from the address.</summary>
    [Parameter] public string Id { get; set; } = "";

    /// <summary>Ids of other trainings whose losses are shown beside this one's, with commas between.</summary>
    [SupplyParameterFromQuery] public string? With { get; set; }

    private JobView Job => _job ?? _training!.Job;

    private bool HasEnded => JobStatus.IsFinal(Job.Status);

    private string Name => TrainingText.Name(_training!.Lineage?.Dataset ?? _dataset ?? T["Training"], _training.Request, T,
        _training.Lineage?.ParentTitle);

    private string StatusText
    {
        get
        {
            if (_asked is { } asked) return T[$"Asked_{asked}"];
            var text = TrainingText.Status(Job, T);
            if (Job.Status != JobStatus.Running) return text;
            if (JobText.Activity(Job, J) is { } activity) text += " · " + activity;
            if (_training!.PicturesPerSecond is { } pace) text += " · " + T["ImagesPerSecond", pace];
            return Job.SecondsLeft is { } left ? text + " · " + T["Left", TrainingText.Time(left, T)] : text;
        }
    }

    // The newest, until somebody looks at another.
    private long Shown => _scrubbed is { } step && _training!.Samples.Contains(step) ? step : _training!.Samples[^1];

    private int ShownAt => Enumerable.Range(0, _training!.Samples.Count).First(i => _training.Samples[i] == Shown);

    protected override async Task OnInitializedAsync()
    {
        await LoadAsync();
        if (_training is null) return;
        _datasets = (await trainings.GetChoicesAsync(CancellationToken.None)).Datasets;
        _others = [.. (await jobs.ListAsync(JobKind.Training, CancellationToken.None)).Where(j => j.Id != Id)];
        _titles = await TrainingParents.TitlesAsync(_others, sampling);
        _compared = [.. (With ?? "").Split(',').Where(id => _others.Any(o => o.Id == id)).Distinct().Take(MostCompared)];
    }

    private string NameOf(JobView other)
    {
        var request = other.RequestAs<TrainingRequest>();
        var name = TrainingText.Name(_datasets.FirstOrDefault(d => d.Id == request.Dataset)?.Name ?? T["Training"], request, T,
            request.Model is { } model ? _titles.GetValueOrDefault(model) : null);
        return $"{name} · {other.Created.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}";
    }

    // The address says what is compared, so that it can be shared and read again.
    private Task CompareAsync(string id, bool isOn)
    {
        _compared = isOn ? [.. _compared, id] : [.. _compared.Where(c => c != id)];
        navigation.NavigateTo(navigation.GetUriWithQueryParameter("with", _compared.Count > 0 ? string.Join(',', _compared) : null),
            new NavigationOptions { ReplaceHistoryEntry = true });
        return DrawComparedAsync();
    }

    private async Task DrawComparedAsync()
    {
        if (_module is not null)
            await _module.InvokeVoidAsync("compare",
                _others.Where(o => _compared.Contains(o.Id)).Select(o => new { o.Id, Name = NameOf(o) }));
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_module is not null || _charts is null || _self is not null) return;
        _self = DotNetObjectReference.Create(this);
        _module = await js.LoadAsync("train", () => _isGone);
        if (_module is null) return;
        await _module.InvokeVoidAsync("attach", _charts.Element, _self, Id, s_curveTexts.ToDictionary(k => k, k => T[$"Curve{k}"].Value));
        if (_compared.Count > 0) await DrawComparedAsync();
    }

    /// <summary>Called by the script with every change of the job.</summary>
    [JSInvokable]
    public async Task OnJob(JobView job)
    {
        var changed = job.Status != Job.Status || job.Steps != Job.Steps;
        _job = job;
        if (changed) _asked = null;
        if (changed) _steps = job.Steps;
        if (changed || _sinceLook.Elapsed >= s_lookEvery) await LoadAsync();
        StateHasChanged();
    }

    /// <summary>Called by the script when the connection was refused.</summary>
    [JSInvokable]
    public void OnProblem(string message)
    {
        _problem = message;
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        _sinceLook.Restart();
        _training = await trainings.FindAsync(Id, CancellationToken.None);
        if (!_looked && _training is not null) _steps = _training.Job.Steps;
        // Before its first step a training does not know the name of its data.
        if (_training is { Lineage: null, Request.Dataset: var id } && _dataset is null)
            _dataset = (await trainings.GetChoicesAsync(CancellationToken.None)).Datasets.FirstOrDefault(d => d.Id == id)?.Name;
        _looked = true;
    }

    private void Scrub(string value)
    {
        var at = int.Parse(value, CultureInfo.InvariantCulture);
        _scrubbed = at < _training!.Samples.Count - 1 ? _training.Samples[at] : null;
    }

    // The step under way is finished first, which can take a while: until then the page says that it was heard.
    private async Task AskAsync(string asked, Func<string, CancellationToken, Task<JobView?>> what)
    {
        _asked = asked;
        StateHasChanged();
        if (!await DoAsync(what) || Job.Status is not (JobStatus.Running or JobStatus.Paused)) _asked = null;
    }

    private async Task<bool> DoAsync(Func<string, CancellationToken, Task<JobView?>> what)
    {
        _problem = null;
        try
        {
            if (await what(Id, CancellationToken.None) is { } job && job.Sequence >= Job.Sequence) _job = job;
            return true;
        }
        catch (RequestException e)
        {
            _problem = e.Message;
            return false;
        }
    }

    private async Task SetStepsAsync()
    {
        if (_fields is null || await _fields.CheckAsync()) await DoAsync((id, ct) => trainings.SetStepsAsync(id, _steps, ct));
    }

    // Said where it was asked for: the checkpoints are further down.
    private async Task SaveAsync(long step)
    {
        _saved = null;
        if (_checkpoints is not null) _saved = await _checkpoints.AskAsync(step);
    }

    private Task RenameAsync() => RenameDialog.AskAsync(dialogs, T["RenameTitle"], new()
    {
        { d => d.Name, Name },
        { d => d.MaxLength, TrainingRequest.MaxName },
        { d => d.Rename, async to =>
        {
            await DoAsync((id, ct) => trainings.RenameAsync(id, to.Name, ct));
            await LoadAsync();
            return _problem;
        } },
    });

    private Task CancelAsync() => ConfirmDelete.AskAsync(dialogs, T["DiscardTitle"], new()
    {
        { d => d.Text, T["DiscardText"] },
        { d => d.Button, T["Discard"] },
        { d => d.Delete, async _ =>
        {
            await jobs.CancelAsync(Id, CancellationToken.None);
            return null;
        } },
    });

    private async Task DeleteAsync()
    {
        var isGone = await ConfirmDelete.AskAsync(dialogs, T["DeleteTitle"], new()
        {
            { d => d.Text, T["DeleteText"] },
            { d => d.Delete, async _ =>
            {
                try
                {
                    await jobs.DeleteAsync(Id, CancellationToken.None);
                    return null;
                }
                catch (RequestException e)
                {
                    return e.Message;
                }
            } },
        });
        if (isGone) navigation.NavigateTo("train");
    }

    private string DatasetKey => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{_training!.Request.Dataset}@{_training.Request.Version ?? _training.Lineage?.Version ?? 1}");

    private string FurtherAddress(string model)
        => $"train?model={Uri.EscapeDataString(model)}&dataset={Uri.EscapeDataString(DatasetKey)}";

    private IEnumerable<(string Title, string Value)> Facts(TrainingView training)
    {
        var request = training.Request;
        if (training.Lineage is { } lineage)
        {
            yield return (T["FactData"],
                T["DatasetName", lineage.Dataset, lineage.Version, T.Plural("Images", lineage.Pictures)]);
            yield return (T["FactHash"], lineage.Hash[..Math.Min(10, lineage.Hash.Length)]);
            if (lineage.Parent is { } parent)
                yield return (T["FactParent"],
                    T["FactParentText", lineage.ParentTitle ?? TrainingText.Model(parent, T), lineage.ParentHash ?? ""]);
            var weights = TrainingText.Weights(lineage.Parameters, T);
            yield return (T["FactTrained"], request.Lora is { } lora ? T["FactAdapters", weights, lora.Rank, lora.Alpha] : weights);
            if (lineage.Note is { } note) yield return (T["FactAdapted"], note);
        }
        if (request.Text is { } text && !training.IsAutoencoder)
        {
            yield return (T["Captions"], string.Join('\n', text.Captions));
            yield return (T["PreviewPrompts"], text.Prompts.Count > 0 ? string.Join('\n', text.Prompts) : T["FactPromptsOfData"]);
        }
        var options = request.Options;
        yield return (T["FactBatch"], options.Accumulate > 1 ? $"{options.BatchSize} × {options.Accumulate}" : $"{options.BatchSize}");
        var rate = options.LearningRate.ToString("0.#e0", CultureInfo.InvariantCulture);
        yield return (T["FactRate"], T[options.Cosine ? "FactRateCosine" : "FactRateText", rate, options.WarmupSteps]);
        yield return (T["FactEma"], options.Ema.ToString(CultureInfo.CurrentCulture));
        yield return (T["FactPrecision"], $"{options.Precision}, {options.Seed}");
    }

    public async ValueTask DisposeAsync()
    {
        _isGone = true;
        await _module.EndAsync();
        _self?.Dispose();
    }
}
