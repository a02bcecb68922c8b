using Playground.Client.Contracts;
using Playground.Server.Datasets.Versions;
using Playground.Server.Jobs;

namespace Playground.Server.Datasets;

/// <summary>Packs versions that edits asked for, one at a time; one that was cut off begins again.</summary>
internal sealed class DatasetVersionHandler(VersionPacking packing) : IJobHandler
{
    public string Kind => JobKind.DatasetVersion;

    public int Parallel => 1;

    public bool Resumes => true;

    // The version has failed then, and another can be made.
    public bool Repeats => false;

    public async Task<JobOutcome> RunAsync(LiveJob job, Func<Task> start, CancellationToken ct)
    {
        await start();
        var dataset = job.View.RequestAs<DatasetJob>().Dataset;
        await Task.Run(() => packing.RunAsync(job.View.Id, dataset, job.Owner,
            stage => job.Report(stage, (int)(DatasetImportHandler.Steps * (stage.Share ?? 0))), ct), ct);
        return JobOutcome.Succeeded;
    }

    public Task EndedAsync(LiveJob job, string status, string error) => packing.FailAsync(job.View.Id, error);
}
