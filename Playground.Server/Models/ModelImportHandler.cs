using System.Text.Json;
using Playground.Client.Contracts;
using Playground.Server.Jobs;

namespace Playground.Server.Models;

/// <summary>Imports of models, one at a time: each check holds a network in memory. One that was cut off begins again.</summary>
internal sealed class ModelImportHandler(ModelImport import, ModelFolderLock places, JobStore jobs) : IJobHandler
{
    public string Kind => JobKind.ModelImport;

    public int Parallel => 1;

    public bool Resumes => true;

    // What came goes with a failure.
    public bool Repeats => false;

    public async Task PrepareAsync(CancellationToken ct)
    {
        var needed = (await jobs.LiveAsync(ct)).Where(j => j.Kind == Kind).Select(j => j.ToView().RequestAs<ModelImportJob>().Folder);
        places.Sweep(needed.ToHashSet());
    }

    public async Task<JobOutcome> RunAsync(LiveJob job, Func<Task> start, CancellationToken ct)
    {
        await start();
        job.Report(new JobStage("checking", 0, null, null), 0);
        var imported = await import.RunAsync(job.View.RequestAs<ModelImportJob>(), job.Owner, ct);
        return JobOutcome.Succeeded with { Result = JsonSerializer.SerializeToElement(imported, JsonSerializerOptions.Web) };
    }

    public Task EndedAsync(LiveJob job, string status, string error)
    {
        import.Discard(job.View.RequestAs<ModelImportJob>());
        return Task.CompletedTask;
    }
}
