using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Datasets.Versions;
using Playground.Server.Storage;

namespace Playground.Server.Datasets;

/// <summary>
/// Makes data sets and versions, one at a time, beside what the server does else. What a stopped server left undone is begun again.
/// Where the database is away, the work waits for it.
/// </summary>
internal sealed class DatasetWorker(DatasetBoard board, DatasetStore store, DatasetFiles files, DatasetImport import,
    VersionPacking packing, ILogger<DatasetWorker> log) : BackgroundService
{
    private const string ServerFailed = "The server failed while it worked on this; its log says why. Try again, or ask whoever runs it.";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var patience = StoragePatience.Begin(stoppingToken);
        try
        {
            files.ClearWork();
            foreach (var work in await store.UnfinishedAsync(stoppingToken))
                if (!board.TryAdd(work))
                    log.LogWarning("The data set {Dataset} waits for the server's next start: too much is in line", work.Dataset);
        }
        catch (Exception e) when (e is StorageUnavailableException or IOException or UnauthorizedAccessException)
        {
            if (!stoppingToken.IsCancellationRequested)
                log.LogError("What an earlier start left in the making cannot be gone on with: {Message}", e.Message);
        }
        await foreach (var work in board.TakeAsync(stoppingToken))
        {
            // Off this thread: it decodes for minutes, and the start of the server waits for nothing here.
            await Task.Run(() => RunAsync(work, stoppingToken), stoppingToken);
        }
    }

    private async Task RunAsync(DatasetWork work, CancellationToken stopping)
    {
        if (board.Find(work.Dataset, work.Version) is not { } live) return;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(live.Cancel.Token, stopping);
        try
        {
            using var patience = StoragePatience.Begin(cancel.Token);
            if (work.Version == 0) await import.RunAsync(work, p => live.Progress = p, cancel.Token);
            else await packing.RunAsync(work, p => live.Progress = p, cancel.Token);
        }
        catch (Exception e) when ((e is OperationCanceledException or StorageUnavailableException) && stopping.IsCancellationRequested
        && !live.Cancel.IsCancellationRequested)
        {
            // Begun again at the next start.
            return;
        }
        catch (Exception e) when (e is OperationCanceledException
        || (e is StorageUnavailableException && live.Cancel.IsCancellationRequested))
        {
            await FailAsync(work, "Cancelled. Nothing was kept.");
        }
        catch (Exception e) when (e is PlaygroundException or DatasetException or StorageUnavailableException)
        {
            await FailAsync(work, e.Message);
        }
        catch (IOException e)
        {
            log.LogError(e, "Work on the data set {Dataset} failed", work.Dataset);
            await FailAsync(work, StorageFailures.WordsFor(e));
        }
        catch (Exception e)
        {
            log.LogError(e, "Work on the data set {Dataset} failed", work.Dataset);
            await FailAsync(work, ServerFailed);
        }
        board.Retire(work);
    }

    private async Task FailAsync(DatasetWork work, string error)
    {
        try
        {
            if (work.Version == 0) await import.FailAsync(work, error);
            else await store.EndVersionAsync(work.Dataset, work.Version, DatasetStatus.Failed, null, 0, error, CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogError(e, "That the work on the data set {Dataset} has failed could not be written; it is begun again at the next start",
                work.Dataset);
        }
    }
}
