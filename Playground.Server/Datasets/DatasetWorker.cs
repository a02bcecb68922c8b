using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Datasets.Versions;

namespace Playground.Server.Datasets;

/// <summary>Makes data sets and versions, one at a time, beside what the server does else. What a stopped server left undone is begun again.</summary>
internal sealed class DatasetWorker(DatasetBoard board, DatasetStore store, DatasetFiles files, DatasetImport import, VersionPacking packing, ILogger<DatasetWorker> log) : BackgroundService
{
    private const string ServerFailed = "The server failed while it worked on this; its log says why. Try again, or ask whoever runs it.";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        files.ClearWork();
        foreach (var (id, owner, version) in await store.UnfinishedAsync(stoppingToken))
            if (!board.TryAdd(new DatasetWork(id, owner, (int)version))) log.LogWarning("The data set {Dataset} waits for the server's next start: too much is in line", id);
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
            if (work.Version == 0) await import.RunAsync(work, p => live.Progress = p, cancel.Token);
            else await packing.RunAsync(work, p => live.Progress = p, cancel.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !live.Cancel.IsCancellationRequested)
        {
            // Begun again at the next start.
            return;
        }
        catch (OperationCanceledException)
        {
            await FailAsync(work, "Cancelled. Nothing was kept.");
        }
        catch (Exception e) when (e is PlaygroundException or DatasetException)
        {
            await FailAsync(work, e.Message);
        }
        catch (IOException e)
        {
            log.LogError(e, "Work on the data set {Dataset} failed", work.Dataset);
            await FailAsync(work, $"The server could not read or write its files: {e.Message}. If the disk is full, delete what is no longer needed and try again.");
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
        if (work.Version == 0) await import.FailAsync(work, error);
        else await store.EndVersionAsync(work.Dataset, work.Version, DatasetStatus.Failed, null, 0, error, CancellationToken.None);
    }
}
