using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using Playground.Client.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages;

/// <summary>One training, live. The curve goes from the API to the charts in JavaScript; the job's state comes here.</summary>
public sealed partial class TrainRun(ITrainings trainings, IJobs jobs, IJSRuntime js, IDialogService dialogs) : IAsyncDisposable
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(1);
    private readonly Stopwatch _sinceLook = Stopwatch.StartNew();
    private TrainingView? _training;
    private JobView? _job;
    private string? _problem;
    private bool _looked;
    private int _steps;
    private long? _scrubbed;
    private Charts? _charts;
    private FieldGroup? _fields;
    private IJSObjectReference? _module;
    private DotNetObjectReference<TrainRun>? _self;

    /// <summary>The training's id, from the address.</summary>
    [Parameter] public string Id { get; set; } = "";

    private JobView Job => _job ?? _training!.Job;

    private bool HasEnded => JobStatus.IsFinal(Job.Status);

    private string Title => TrainingText.Name(_training!.Lineage?.Dataset ?? "Training", _training.Request);

    private string StatusText
    {
        get
        {
            var text = TrainingText.Status(Job);
            if (Job.StepsPerSecond is { } pace && Job.Status == JobStatus.Running)
                text += $" · {pace * _training!.Request.Options.BatchSize * _training.Request.Options.Accumulate:0} images/s";
            if (Job.SecondsLeft is { } left && Job.Status == JobStatus.Running) text += $" · {TrainingText.Time(left)} left";
            return char.ToUpper(text[0], CultureInfo.CurrentCulture) + text[1..];
        }
    }

    // The newest, until somebody looks at another.
    private long Shown => _scrubbed is { } step && _training!.Samples.Contains(step) ? step : _training!.Samples[^1];

    private int ShownAt => Enumerable.Range(0, _training!.Samples.Count).First(i => _training.Samples[i] == Shown);

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_module is not null || _charts is null || _self is not null) return;
        _self = DotNetObjectReference.Create(this);
        _module = await js.InvokeAsync<IJSObjectReference>("import", "./_content/Playground.Client/js/train.js");
        await _module.InvokeVoidAsync("attach", _charts.Element, _self, Id);
    }

    /// <summary>Called by the script with every change of the job.</summary>
    [JSInvokable]
    public async Task OnJob(JobView job)
    {
        var changed = job.Status != Job.Status || job.Steps != Job.Steps;
        _job = job;
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
        _looked = true;
    }

    private void Scrub(string value)
    {
        var at = int.Parse(value, CultureInfo.InvariantCulture);
        _scrubbed = at < _training!.Samples.Count - 1 ? _training.Samples[at] : null;
    }

    private async Task DoAsync(Func<string, CancellationToken, Task<JobView?>> what)
    {
        _problem = null;
        try
        {
            _job = await what(Id, CancellationToken.None) ?? _job;
        }
        catch (RequestException e)
        {
            _problem = e.Message;
        }
    }

    private async Task SetStepsAsync()
    {
        if (_fields is null || await _fields.CheckAsync()) await DoAsync((id, ct) => trainings.SetStepsAsync(id, _steps, ct));
    }

    private Task CancelAsync() => ConfirmDelete.AskAsync(dialogs, "Discard this training?", new()
    {
        { d => d.Text,
            "This stops the training and permanently deletes its weights and checkpoints. Its curves and models saved from it are kept." },
        { d => d.Button, "Discard" },
        { d => d.Delete, async _ =>
        {
            await jobs.CancelAsync(Id, CancellationToken.None);
            return null;
        } },
    });

    private static IEnumerable<(string Title, string Value)> Facts(TrainingView training)
    {
        var request = training.Request;
        if (training.Lineage is { } lineage)
        {
            yield return ("Data", $"{lineage.Dataset}, version {lineage.Version}, {lineage.Pictures:N0} images");
            yield return ("Content hash", lineage.Hash[..Math.Min(10, lineage.Hash.Length)]);
            if (lineage.Parent is not null) yield return ("Trained from", $"{lineage.Parent} ({lineage.ParentHash})");
            yield return ("Trained",
                $"{TrainingText.Count(lineage.Parameters)} weights{(request.Lora is { } lora
                ? $", adapters of rank {lora.Rank}, alpha {lora.Alpha}" : "")}");
            if (lineage.Note is { } note) yield return ("Adapted", note);
        }
        var options = request.Options;
        yield return ("Batch size", options.Accumulate > 1 ? $"{options.BatchSize} × {options.Accumulate}" : $"{options.BatchSize}");
        yield return ("Learning rate",
            $"{options.LearningRate.ToString("0.#e0",
            CultureInfo.InvariantCulture)}{(options.Cosine ? ", cosine" : "")}, warm-up {options.WarmupSteps}");
        yield return ("EMA", options.Ema.ToString(CultureInfo.CurrentCulture));
        yield return ("Precision, seed", $"{options.Precision}, {options.Seed}");
    }

    public async ValueTask DisposeAsync()
    {
        await _module.EndAsync();
        _self?.Dispose();
    }
}
