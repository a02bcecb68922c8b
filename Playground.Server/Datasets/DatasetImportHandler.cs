using Playground.Client.Contracts;
using Playground.Server.Jobs;

namespace Playground.Server.Datasets;

/// <summary>Imports: two at once, so that one that takes hours holds up no others; one that was cut off begins again.</summary>
internal sealed class DatasetImportHandler(DatasetImport import, DatasetFiles files) : IJobHandler
{
    /// <summary>Steps of an import: parts of a thousand of the whole.</summary>
    public const int Steps = 1000;

    public string Kind => JobKind.DatasetImport;

    public int Parallel => 2;

    public bool Resumes => true;

    // What was uploaded goes with a failure.
    public bool Repeats => false;

    public Task PrepareAsync(CancellationToken ct)
    {
        files.ClearWork();
        return Task.CompletedTask;
    }

    public async Task<JobOutcome> RunAsync(LiveJob job, Func<Task> start, CancellationToken ct)
    {
        await start();
        var dataset = job.View.RequestAs<DatasetJob>().Dataset;
        // Off this thread: it decodes for minutes, and the start of the server waits for nothing here.
        await Task.Run(() => import.RunAsync(dataset, job.Owner, stage => job.Report(stage, StepOf(stage)), ct), ct);
        return JobOutcome.Succeeded;
    }

    public Task EndedAsync(LiveJob job, string status, string error)
        => import.FailAsync(job.View.RequestAs<DatasetJob>().Dataset, error);

    // How far the whole is, by what the stages take in most cases.
    private static int StepOf(JobStage stage)
    {
        var (from, to) = stage.Name switch
        {
            "fetching" => (0, 300),
            "reading" => (300, 800),
            "comparing" => (800, 850),
            _ => (850, Steps),
        };
        return from + (int)((to - from) * Math.Clamp(stage.Share ?? 0, 0, 1));
    }
}
