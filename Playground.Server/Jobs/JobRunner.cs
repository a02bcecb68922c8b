using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>
/// Takes the jobs of each kind in their order, has them carried out, and writes down how they end. Where the database is away, jobs
/// wait for it, and what they have made is written once it is back.
/// </summary>
internal sealed class JobRunner(JobBoard board, JobStore store, IEnumerable<IJobHandler> kinds, ILogger<JobRunner> log) : BackgroundService
{
    private const string CutOff = "The server was stopped while this ran. Start it again: the same seed gives the same pictures.";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var patience = StoragePatience.Begin(stoppingToken);
        try
        {
            foreach (var kind in kinds) await store.EndInterruptedAsync(kind.Kind, kind.Resumes, CutOff, stoppingToken);
            foreach (var row in await store.UnendedAsync(stoppingToken))
            {
                var job = new LiveJob(row.Owner, row.ToView());
                if (row.Status == JobStatus.Paused) board.Show(job);
                else board.Add(job);
            }
        }
        catch (StorageUnavailableException e)
        {
            // Everything is there at the next start. What can be had without the database still is.
            if (!stoppingToken.IsCancellationRequested)
                log.LogCritical("No job can run until the server has been restarted: {Message}", e.Message);
            return;
        }
        await Task.WhenAll(kinds.Select(kind => ServeAsync(kind, stoppingToken)));
    }

    private async Task ServeAsync(IJobHandler kind, CancellationToken stopping)
    {
        var running = new HashSet<Task>();
        try
        {
            await foreach (var job in board.TakeAsync(kind.Kind, stopping))
            {
                running.RemoveWhere(t => t.IsCompleted);
                if (running.Count >= kind.Parallel) running.Remove(await Task.WhenAny(running));
                running.Add(RunAsync(kind, job, stopping));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops; what runs ends or is cut off below.
        }
        await Task.WhenAll(running);
    }

    // What the job left is gone when it is seen to have ended.
    private async Task CancelAsync(IJobHandler kind, LiveJob job)
    {
        try
        {
            await kind.CanceledAsync(job);
        }
        catch (Exception e)
        {
            log.LogWarning(e, "What the canceled job {Job} left cannot be removed", job.View.Id);
        }
        job.End(JobStatus.Canceled);
    }

    private async Task RunAsync(IJobHandler kind, LiveJob job, CancellationToken stopping)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(job.Canceled, stopping);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The start is told from the device's thread, which must not wait for the database.
        var noted = NoteStartAsync();
        try
        {
            cancel.Token.ThrowIfCancellationRequested();
            using var patience = StoragePatience.Begin(cancel.Token, job.Note);
            var outcome = await kind.RunAsync(job, Start, cancel.Token);
            job.End(outcome.Status, outcome.Reason);
        }
        // A job that waited for storage when it was canceled ends with the failure that it waited for the end of.
        catch (Exception e) when (e is OperationCanceledException || (e is StorageUnavailableException && cancel.IsCancellationRequested))
        {
            var stopped = stopping.IsCancellationRequested && !job.Canceled.IsCancellationRequested;
            // One that only waited, or that can go on, stays in the line for the next start of the server.
            if (stopped && (!started.Task.IsCompletedSuccessfully || kind.Resumes)) return;
            if (stopped) job.End(JobStatus.Failed, CutOff);
            else await CancelAsync(kind, job);
        }
        catch (PlaygroundException e)
        {
            job.End(JobStatus.Failed, e.Message);
        }
        catch (Exception e)
        {
            log.LogError(e, "Job {Job} failed", job.View.Id);
            job.End(JobStatus.Failed, StorageFailures.Of(e)?.Message
                ?? "The server failed while this ran; its log says why. Other jobs go on.");
        }
        started.TrySetCanceled(CancellationToken.None);
        await noted;
        await WriteAsync(job);
        board.Leave(job);
        if (JobStatus.IsFinal(job.View.Status)) board.Retire(job);

        void Start()
        {
            job.Start();
            board.Leave(job);
            started.TrySetResult();
        }

        async Task NoteStartAsync()
        {
            await started.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (started.Task.IsCompletedSuccessfully) await WriteAsync(job);
        }
    }

    private async Task WriteAsync(LiveJob job)
    {
        var view = job.View;
        try
        {
            await store.UpdateAsync(view, CancellationToken.None);
        }
        catch (StorageUnavailableException e)
        {
            log.LogWarning("That job {Job} is {Status} could not be written: {Message}", view.Id, view.Status, e.Message);
        }
    }
}
