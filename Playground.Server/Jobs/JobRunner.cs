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

/// <summary>Hands the jobs to the engine, which runs many at once, and keeps what comes of them.</summary>
internal sealed class JobRunner(JobBoard board, JobStore store, BlobStore blobs, SamplingEngine engine, ILogger<JobRunner> log) : BackgroundService
{
    private static readonly TimeSpan s_framePause = TimeSpan.FromMilliseconds(33);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await store.FailInterruptedAsync(stoppingToken);
        foreach (var row in await store.QueuedAsync(stoppingToken)) board.Add(new LiveJob(row.Owner, SamplingJobs.ViewOf(row)));
        var running = new HashSet<Task>();
        try
        {
            await foreach (var job in board.TakeAsync(stoppingToken))
            {
                running.RemoveWhere(t => t.IsCompleted);
                running.Add(RunAsync(job, stoppingToken));
            }
        }
        finally
        {
            await Task.WhenAll(running);
        }
    }

    private async Task RunAsync(LiveJob job, CancellationToken stopping)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(job.Canceled, stopping);
        Task? started = null;
        try
        {
            cancel.Token.ThrowIfCancellationRequested();
            var result = await engine.SampleAsync(job.View.Request.Model, SamplingJobs.ToCore(job.View.Request), Start, FramesFor(job), cancel.Token);
            await KeepAsync(job.View, result);
            job.End(JobStatus.Succeeded);
        }
        catch (OperationCanceledException)
        {
            var stopped = stopping.IsCancellationRequested && !job.Canceled.IsCancellationRequested;
            // One that only waited stays queued, for the next start of the server.
            if (stopped && started is null) return;
            if (stopped) job.End(JobStatus.Failed, "The server was stopped while this ran. Generate again: the same seed gives the same pictures.");
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
        if (started is not null) await started;
        await store.UpdateAsync(job.View, CancellationToken.None);
        board.Leave(job);
        board.Retire(job);

        void Start()
        {
            job.Start();
            board.Leave(job);
            started = store.UpdateAsync(job.View, CancellationToken.None);
        }
    }

    private static Action<int, Func<SamplingFrame>> FramesFor(LiveJob job)
    {
        var since = Stopwatch.StartNew();
        return (step, frame) =>
        {
            var last = step == job.View.Steps;
            var wanted = last || (job.IsWatched && (step == 1 || since.Elapsed >= s_framePause));
            if (wanted) since.Restart();
            job.Advance(step, wanted ? frame() : null);
        };
    }

    private async Task KeepAsync(JobView job, SamplingResult result)
    {
        var title = SamplingJobs.ToCore(job.Request).SamplerTitle;
        for (var i = 0; i < result.Pictures.Count; i++)
        {
            var recipe = Recipe.Of(job.Request, title, result.Model, job.Request.Seed + i, result.Classes.Length > 0 ? result.Classes[i] : null);
            await SaveAsync($"{i}", result.Pictures[i], recipe);
        }
        await SaveAsync("grid", PictureGrid.Of(result.Pictures), Recipe.Of(job.Request, title, result.Model, job.Request.Seed, null));

        async Task SaveAsync(string name, PictureBatch picture, IReadOnlyDictionary<string, string> recipe)
            => await store.AddPictureAsync(job.Id, name, await blobs.SaveAsync(PngFile.Encode(picture, recipe), CancellationToken.None), CancellationToken.None);
    }
}
