using System.Globalization;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Layout;

/// <summary>What runs now, on whatever page one is: how far it is, the way to it, and a button that cancels it. What takes long and
/// ends meanwhile stays until it is dismissed.</summary>
public sealed partial class JobTray : IDisposable
{
    private const int MaxEnded = 5;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _leaving = new();
    private readonly List<JobView> _ended = [];
    private readonly Dictionary<string, string> _titles = [];
    private IReadOnlyList<JobView> _live = [];

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        using var timer = new PeriodicTimer(s_pause);
        try
        {
            do
            {
                if (await RefreshAsync()) StateHasChanged();
            }
            while (await timer.WaitForNextTickAsync(_leaving.Token));
        }
        catch (OperationCanceledException)
        {
            // The tab is gone.
        }
    }

    // Whether anything is different.
    private async Task<bool> RefreshAsync()
    {
        var before = _live;
        var live = await Jobs.ListLiveAsync(_leaving.Token);
        foreach (var gone in before.ExceptBy(live.Select(j => j.Id), j => j.Id))
            if (await Jobs.FindAsync(gone.Id, _leaving.Token) is { } ended && JobStatus.IsFinal(ended.Status)
                && ended.Kind != JobKind.Sample) _ended.Insert(0, ended);
        if (_ended.Count > MaxEnded) _ended.RemoveRange(MaxEnded, _ended.Count - MaxEnded);
        await FindTitlesAsync(live);
        _live = live;
        return !before.Select(j => (j.Id, j.Sequence)).SequenceEqual(live.Select(j => (j.Id, j.Sequence)));
    }

    private async Task CancelAsync(JobView job)
    {
        await Jobs.CancelAsync(job.Id, _leaving.Token);
        await RefreshAsync();
    }

    // Models are asked for once; an installed one's name is its title.
    private async Task FindTitlesAsync(IReadOnlyList<JobView> jobs)
    {
        var models = jobs.Select(j => j.Kind switch
        {
            JobKind.Sample => j.RequestAs<SampleRequest>().Model,
            JobKind.Training => j.RequestAs<TrainingRequest>().Model,
            _ => null,
        });
        foreach (var model in models.OfType<string>().Distinct().Where(m => !_titles.ContainsKey(m)).ToList())
            _titles[model] = (await Sampling.FindModelAsync(model, _leaving.Token))?.Title ?? model;
    }

    private string TitleOf(string model) => _titles.GetValueOrDefault(model, model);

    private string Name(JobView job)
    {
        switch (job.Kind)
        {
            case JobKind.Sample:
                var sample = job.RequestAs<SampleRequest>();
                return T.Plural("JobSample", sample.Count, TitleOf(sample.Model));
            case JobKind.Training:
                var training = job.RequestAs<TrainingRequest>();
                return T["JobTraining", training.Name ?? (training.Model is { } model ? TitleOf(model) : training.Preset ?? "")];
            case JobKind.Evaluation:
                return T["JobEvaluation"];
            default:
                return job.Kind;
        }
    }

    private static string Address(JobView job) => job.Kind switch
    {
        JobKind.Training => $"train/{job.Id}",
        JobKind.Evaluation => $"reports/{job.Id}",
        _ => $"jobs/{job.Id}",
    };

    private string State(JobView job) => job.Status switch
    {
        JobStatus.Running when job.Step == 0 => T["JobStarting"],
        JobStatus.Running when job.SecondsLeft is { } left => T["JobStepLeft", job.Step, job.Steps, Math.Ceiling(left)],
        JobStatus.Running => T["JobStep", job.Step, job.Steps],
        JobStatus.Queued => T["JobQueued"],
        JobStatus.Paused => T["JobPaused"],
        JobStatus.Succeeded => T["JobSucceeded"],
        JobStatus.Canceled => T["JobCanceled"],
        _ => T["JobFailed"],
    };

    private static string Width(JobView job)
        => string.Create(CultureInfo.InvariantCulture, $"width: {100.0 * job.Step / Math.Max(1, job.Steps):0.#}%");

    /// <inheritdoc />
    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }
}
