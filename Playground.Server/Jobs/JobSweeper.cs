using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Storage;

namespace Playground.Server.Jobs;

/// <summary>Deletes jobs that ended longer ago than they are to be kept, with all that they keep on disk.</summary>
internal sealed class JobSweeper(JobStore store, JobQueue queue, IOptions<JobOptions> options, TimeProvider clock, ILogger<JobSweeper> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Retention == TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(options.Value.SweepEvery, clock);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (StorageUnavailableException)
            {
                // The log has it already; the next attempt follows.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning(e, "Jobs past their retention could not be deleted; the next attempt follows");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        foreach (var row in await store.EndedBeforeAsync(clock.GetUtcNow() - options.Value.Retention, ct))
        {
            try
            {
                await queue.DeleteAsync(row, ct);
            }
            catch (RequestException)
            {
                // Something needs what it made; the next attempt follows.
            }
        }
    }
}
