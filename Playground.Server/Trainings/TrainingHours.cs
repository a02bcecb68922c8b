using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Jobs;
using Playground.Server.Storage;

namespace Playground.Server.Trainings;

/// <summary>Pauses a training, with a checkpoint, when its owner's hours are used up.</summary>
internal sealed class TrainingHours(JobBoard board, JobStore store, TrainingSignalBoard signals, IQuotas quotas, TimeProvider clock)
    : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CheckAsync(stoppingToken);
            }
            catch (StorageUnavailableException)
            {
                // The log has it already; the next look follows.
            }
        }
    }

    /// <summary>Looks at what runs.</summary>
    public async Task CheckAsync(CancellationToken ct)
    {
        foreach (var job in board.ListAllLive())
        {
            if (signals.Find(job.View.Id) is not { Wish: TrainingCommand.GoOn } running
                || await quotas.OfAsync(job.Owner, ct) is not { } quota) continue;
            var used = await store.RunningTimeAsync(job.Owner, JobKind.Training, clock.GetUtcNow() - JobQueue.TrainingWindow, ct);
            if (used.TotalHours < quota.TrainingHours) continue;
            running.Reason = Remark.Of(JobError.TrainingHours,
                $"The {quota.TrainingHours:0.#} training hours of the last {JobQueue.TrainingWindow.Days} days are used up. "
                + $"Resume it later, or ask an administrator for more.");
            running.Wish = TrainingCommand.Pause;
        }
    }
}
