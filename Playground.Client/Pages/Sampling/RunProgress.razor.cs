using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;
using Playground.Client.Resources;

namespace Playground.Client.Pages.Sampling;

/// <summary>How far a run is. It is told of every step and renders alone: the settings beside it have nothing to do with that.</summary>
public sealed partial class RunProgress
{
    private JobView? _job;

    /// <summary>The run; null: none.</summary>
    [Parameter] public JobView? Job { get; set; }

    /// <inheritdoc />
    protected override void OnParametersSet() => _job = Job;

    /// <summary>The run as it is now.</summary>
    public void Show(JobView job)
    {
        _job = job;
        StateHasChanged();
    }

    private string Text => _job switch
    {
        null => "",
        { Status: JobStatus.Queued } => _job.Position > 1 ? T["QueuedAt", _job.Position] : T["QueuedNext"],
        { Status: JobStatus.Running } => Running(_job),
        { Status: JobStatus.Succeeded } => Asked(_job) == _job.Steps ? T.Plural("Done", _job.Steps)
            : T["DoneCalls", Asked(_job), _job.Steps],
        { Status: JobStatus.Canceled } => T["CanceledAfter", _job.Step, _job.Steps],
        _ => T["Failed"],
    };

    // Some samplers call the model more often than they step, and a run from an image less often.
    private static int Asked(JobView job) => job.RequestAs<SampleRequest>().Steps;

    private string Running(JobView job)
    {
        var step = job.Step == 0 ? T["Starting"]
            : Asked(job) == job.Steps ? T["Step", job.Step, job.Steps] : T["StepCalls", job.Step, job.Steps, Asked(job)];
        if (JobText.Activity(job, J) is { } activity) return $"{step} · {activity}";
        return job switch
        {
            { StepsPerSecond: { } pace, SecondsLeft: { } left } => T["StepPaceLeft", step.Value, pace, Math.Ceiling(left)],
            _ => step,
        };
    }
}
