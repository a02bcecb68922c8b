using Microsoft.Extensions.Options;
using Playground.Server.Datasets;
using Playground.Server.Storage;

namespace Playground.Server.Uploads;

/// <summary>Sweeps expired uploads, and drafts that never got any, away from time to time.</summary>
internal sealed class UploadSweeper(UploadFiles files, DatasetStore datasets, IOptions<PlaygroundOptions> options, TimeProvider clock,
    ILogger<UploadSweeper> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Uploads.SweepEvery, clock);
        do
        {
            try
            {
                await files.SweepAsync(stoppingToken);
                await datasets.SweepDraftsAsync(clock.GetUtcNow() - options.Value.Uploads.Expiry, stoppingToken);
            }
            catch (StorageUnavailableException)
            {
                // The log has it already; the next attempt follows.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning(e, "Expired uploads could not be swept away; the next attempt follows");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
