using System.Diagnostics;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Core.Sampling;
using Playground.Server.Models;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>Takes the jobs in turn and runs each on the device's thread.</summary>
internal sealed class JobRunner(JobBoard board, JobStore store, BlobStore blobs, ModelStore models, DeviceThread device, ILogger<JobRunner> log) : BackgroundService
{
    private static readonly TimeSpan s_framePause = TimeSpan.FromMilliseconds(33);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await store.FailInterruptedAsync(stoppingToken);
        foreach (var row in await store.QueuedAsync(stoppingToken)) board.Add(new LiveJob(row.Owner, SamplingJobs.ViewOf(row)));
        await foreach (var job in board.TakeAsync(stoppingToken))
        {
            board.Leave(job);
            await RunAsync(job, stoppingToken);
            board.Retire(job);
        }
    }

    private async Task RunAsync(LiveJob job, CancellationToken stopping)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(job.Canceled, stopping);
        try
        {
            cancel.Token.ThrowIfCancellationRequested();
            job.Start();
            await store.UpdateAsync(job.View, CancellationToken.None);
            var (result, model) = await device.RunAsync(() => Sample(job, cancel.Token), cancel.Token);
            await KeepAsync(job.View, result, model);
            job.End(JobStatus.Succeeded);
        }
        catch (OperationCanceledException)
        {
            if (stopping.IsCancellationRequested && !job.Canceled.IsCancellationRequested) job.End(JobStatus.Failed, "The server was stopped while this ran. Generate again: the same seed gives the same pictures.");
            else job.End(JobStatus.Canceled);
        }
        catch (PlaygroundException e)
        {
            job.End(JobStatus.Failed, e.Message);
        }
        catch (Exception e)
        {
            log.LogError(e, "Job {Job} failed", job.View.Id);
            job.End(JobStatus.Failed, "The server failed while this ran; its log says why. Other jobs go on.");
        }
        await store.UpdateAsync(job.View, CancellationToken.None);
    }

    private (SamplingResult Result, ModelSummary Model) Sample(LiveJob job, CancellationToken ct)
    {
        var request = job.View.Request;
        var model = models.Load(request.Model);
        var since = Stopwatch.StartNew();
        var result = SamplingRun.Execute(model, SamplingJobs.ToCore(request), (step, frame) =>
        {
            var last = step == job.View.Steps;
            var wanted = last || (job.IsWatched && (step == 1 || since.Elapsed >= s_framePause));
            if (wanted) since.Restart();
            job.Advance(step, wanted ? frame() : null);
        }, ct);
        return (result, model.Summary);
    }

    private async Task KeepAsync(JobView job, SamplingResult result, ModelSummary model)
    {
        for (var i = 0; i < result.Pictures.Count; i++)
        {
            var recipe = Recipe.Of(job.Request, model, job.Request.Seed + i, result.Classes.Length > 0 ? result.Classes[i] : null);
            await SaveAsync($"{i}", result.Pictures[i], recipe);
        }
        await SaveAsync("grid", PictureGrid.Of(result.Pictures), Recipe.Of(job.Request, model, job.Request.Seed, null));

        async Task SaveAsync(string name, PictureBatch picture, IReadOnlyDictionary<string, string> recipe)
            => await store.AddPictureAsync(job.Id, name, await blobs.SaveAsync(PngFile.Encode(picture, recipe), CancellationToken.None), CancellationToken.None);
    }
}
