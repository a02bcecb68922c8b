using Microsoft.Extensions.Options;
using Playground.Server.Storage;

namespace Playground.Server.Gallery;

/// <summary>Removes images for good that were deleted longer ago than they can be restored.</summary>
internal sealed class GallerySweeper(GalleryStore store, BlobCleaner cleaner, IOptions<GalleryOptions> options, TimeProvider clock,
    ILogger<GallerySweeper> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
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
                log.LogWarning(e, "Deleted images could not be removed; the next attempt follows");
            }
        }
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        while (await store.RemoveDeletedAsync(clock.GetUtcNow() - options.Value.UndoTime, ct) is { Count: > 0 } hashes)
            await cleaner.CleanAsync([.. hashes.Distinct()], ct);
    }
}
