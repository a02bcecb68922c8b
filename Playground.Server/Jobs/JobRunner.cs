using System.Text.Json;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>
/// Takes the jobs of each kind in their order, has them carried out, and writes down how they end. Where the database is away, jobs
/// wait for it, and what they have made is written once it is back. It is the one process that owns a job while it runs: it writes its
/// name and a heartbeat into the row.
/// </summary>
internal sealed class JobRunner(JobBoard board, JobStore store, IEnumerable<IJobHandler> handlers, IOptions<JobOptions> options,
    ServerPaths paths, TimeProvider clock, IHostApplicationLifetime host, ILogger<JobRunner> log) : BackgroundService
{
    /// <summary>What is said of a job that its owner canceled.</summary>
    public const string Canceled = "Cancelled. Nothing was kept.";

    private static readonly Remark s_cutOff = Remark.Of(JobError.CutOff,
        $"The server was stopped while this ran. Start it again: the same seed gives the same images.");

    private static readonly Remark s_serverFailed = Remark.Of(JobError.ServerFailed,
        $"The server failed while this ran; its log says why. Other jobs go on.");

    private readonly string _holder = Guid.NewGuid().ToString("N");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // At the stop's beginning, not in its turn: a slow upload may hold the server for so long that it is killed before the jobs.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, host.ApplicationStopping);
        await RunJobsAsync(stop.Token);
    }

    private async Task RunJobsAsync(CancellationToken stopping)
    {
        using var patience = StoragePatience.Begin(stopping);
        try
        {
            foreach (var handler in handlers)
                await store.EndInterruptedAsync(handler.Kind, handler.Resumes, options.Value.MaxAttempts, s_cutOff, stopping);
            foreach (var row in await store.UnendedAsync(stopping))
            {
                if (row.Status == JobStatus.Paused) board.Show(row);
                else board.Add(row);
            }
            board.SetLoaded();
        }
        catch (StorageUnavailableException e)
        {
            // Everything is there at the next start. What can be had without the database still is.
            if (!stopping.IsCancellationRequested)
                log.LogCritical("No job can run until the server has been restarted: {Message}", e.Message);
            return;
        }
        foreach (var handler in handlers) await PrepareAsync(handler, stopping);
        await Task.WhenAll([BeatAsync(stopping), .. handlers.Select(handler => ServeAsync(handler, stopping))]);
    }

    private async Task BeatAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(options.Value.HeartbeatEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping)) await store.BeatAsync(_holder, stopping);
        }
        catch (Exception e) when (stopping.IsCancellationRequested && e is OperationCanceledException or StorageUnavailableException)
        {
            // The server stops.
        }
    }

    private async Task ServeAsync(IJobHandler handler, CancellationToken stopping)
    {
        var running = new HashSet<Task>();
        try
        {
            while (true)
            {
                // Whose turn it is is settled when there is room, and not before.
                running.RemoveWhere(t => t.IsCompleted);
                if (running.Count >= handler.Parallel) running.Remove(await Task.WhenAny(running).WaitAsync(stopping));
                running.Add(RunAsync(handler, await board.TakeAsync(handler.Kind, stopping), stopping));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops; what runs ends or is cut off below.
        }
        await Task.WhenAll(running);
    }

    private async Task PrepareAsync(IJobHandler handler, CancellationToken stopping)
    {
        try
        {
            await handler.PrepareAsync(stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning(e, "What an earlier start left of jobs of kind {Kind} cannot be removed", handler.Kind);
        }
    }

    private async Task RunAsync(IJobHandler handler, LiveJob job, CancellationToken stopping)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(job.Canceled, stopping);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var noted = Task.CompletedTask;
        try
        {
            cancel.Token.ThrowIfCancellationRequested();
            using var patience = StoragePatience.Begin(cancel.Token, job.Note);
            if (job.IsDoubtful && !await store.ExistsAsync(job.View.Id, cancel.Token))
            {
                board.Remove(job);
                return;
            }
            noted = NoteStartAsync(job, started.Task, cancel.Token);
            var outcome = await handler.RunAsync(job, () => Begin(job, started, noted), cancel.Token);
            var reasons = paths.Hide(outcome.Reasons ?? []);
            job.End(outcome.Status, JobErrors.TextOf(reasons), reasons, outcome.Result);
        }
        catch (Exception e)
        {
            // It stays in the line for the next start of the server, and goes on there, or begins again and comes to the same.
            if (IsCancellation(e, cancel) && stopping.IsCancellationRequested && !job.Canceled.IsCancellationRequested)
            {
                started.TrySetCanceled(CancellationToken.None);
                await LetGoAsync(job, noted);
                return;
            }
            await EndAsync(handler, job, EndingOf(e, job, cancel));
        }
        started.TrySetCanceled(CancellationToken.None);
        await noted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await WriteAsync(job);
        board.Leave(job);
        if (JobStatus.IsFinal(job.View.Status)) board.Retire(job);
    }

    // The start may be told from the device's thread, which must not wait for the database.
    private Task Begin(LiveJob job, TaskCompletionSource started, Task noted)
    {
        job.Start();
        board.Leave(job);
        started.TrySetResult();
        return noted;
    }

    private async Task NoteStartAsync(LiveJob job, Task started, CancellationToken ct)
    {
        await started;
        await store.StartAsync(job.View, _holder, ct);
    }

    // A job that waited for storage when it was canceled ends with the failure that it waited for the end of.
    private static bool IsCancellation(Exception e, CancellationTokenSource cancel)
        => e is OperationCanceledException || (e is StorageUnavailableException && cancel.IsCancellationRequested);

    private sealed record Ending(string Status, string? Error = null, IReadOnlyList<Remark>? Remarks = null, JsonElement? Result = null);

    private Ending EndingOf(Exception e, LiveJob job, CancellationTokenSource cancel)
    {
        if (IsCancellation(e, cancel)) return new Ending(JobStatus.Canceled);
        if (e is RequestException refusal) return new Ending(JobStatus.Failed, e.Message, Result: ResultOf(refusal));
        if (e is PlaygroundException) return new Ending(JobStatus.Failed, e.Message, JobErrors.Of(e));
        log.LogError(e, "Job {Job} failed", job.View.Id);
        if (JobErrors.Of(e) is [_, ..] storage) return new Ending(JobStatus.Failed, JobErrors.TextOf(storage), storage);
        return e is IOException ? new Ending(JobStatus.Failed, StorageFailures.WordsFor(e))
            : new Ending(JobStatus.Failed, s_serverFailed.Text, [s_serverFailed]);
    }

    // What the job left is gone when it is seen to have ended.
    private async Task EndAsync(IJobHandler handler, LiveJob job, Ending ending)
    {
        var (status, error) = (ending.Status, ending.Error is null ? null : paths.Hide(ending.Error));
        try
        {
            await handler.EndedAsync(job, status, error ?? Canceled);
        }
        catch (Exception e)
        {
            log.LogWarning(e, "What job {Job}, which is {Status}, left cannot be removed", job.View.Id, status);
        }
        job.End(status, error, paths.Hide(ending.Remarks ?? []), ending.Result);
    }

    private async Task LetGoAsync(LiveJob job, Task noted)
    {
        await noted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await store.ReleaseAsync(job.View.Id, _holder, CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // The next start takes it for one that was cut off, and goes on with it all the same.
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

    private static JsonElement ResultOf(RequestException e)
        => JsonSerializer.SerializeToElement(new { e.Status, e.Errors, e.Reason }, JsonSerializerOptions.Web);
}
