using Playground.Client.Contracts;
using Playground.Core;

namespace Playground.Server.Jobs;

/// <summary>Takes the jobs of each kind in their order, has them carried out, and writes down how they end.</summary>
internal sealed class JobRunner(JobBoard board, JobStore store, IEnumerable<IJobKind> kinds, ILogger<JobRunner> log) : BackgroundService
{
    private const string CutOff = "The server was stopped while this ran. Start it again: the same seed gives the same pictures.";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var kind in kinds) await store.EndInterruptedAsync(kind.Kind, kind.Resumes, CutOff, stoppingToken);
        foreach (var row in await store.UnendedAsync(stoppingToken))
        {
            var job = new LiveJob(row.Owner, row.ToView());
            if (row.Status == JobStatus.Paused) board.Show(job);
            else board.Add(job);
        }
        await Task.WhenAll(kinds.Select(kind => ServeAsync(kind, stoppingToken)));
    }

    private async Task ServeAsync(IJobKind kind, CancellationToken stopping)
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
    private async Task CancelAsync(IJobKind kind, LiveJob job)
    {
        try
        {
            await kind.CanceledAsync(job);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning(e, "What the canceled job {Job} left cannot be removed", job.View.Id);
        }
        job.End(JobStatus.Canceled);
    }

    private async Task RunAsync(IJobKind kind, LiveJob job, CancellationToken stopping)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(job.Canceled, stopping);
        Task? started = null;
        try
        {
            cancel.Token.ThrowIfCancellationRequested();
            var outcome = await kind.RunAsync(job, Start, cancel.Token);
            job.End(outcome.Status, outcome.Reason);
        }
        catch (OperationCanceledException)
        {
            var stopped = stopping.IsCancellationRequested && !job.Canceled.IsCancellationRequested;
            // One that only waited, or that can go on, stays in the line for the next start of the server.
            if (stopped && (started is null || kind.Resumes)) return;
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
            job.End(JobStatus.Failed, "The server failed while this ran; its log says why. Other jobs go on.");
        }
        if (started is not null) await started;
        await store.UpdateAsync(job.View, CancellationToken.None);
        board.Leave(job);
        if (JobStatus.IsFinal(job.View.Status)) board.Retire(job);

        void Start()
        {
            job.Start();
            board.Leave(job);
            started = store.UpdateAsync(job.View, CancellationToken.None);
        }
    }
}
