using Microsoft.Extensions.Options;
using Playground.Server.Hosting;
using Playground.Server.Storage;

namespace Playground.Server.Uploads;

/// <summary>Sweeps expired uploads, and drafts that never got any, away from time to time.</summary>
internal sealed class UploadSweeper(UploadFiles files, UploadOwners owners, IOptions<UploadOptions> options, TimeProvider clock,
    ILogger<UploadSweeper> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepEvery, clock);
        do
        {
            try
            {
                await files.SweepAsync(stoppingToken);
                await owners.SweepAsync(clock.GetUtcNow() - options.Value.Expiry, stoppingToken);
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
