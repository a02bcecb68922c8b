using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Datasets;
using Playground.Server.Jobs;

namespace Playground.Server.Trainings;

/// <summary>The data sets that people have made here.</summary>
internal sealed class StoredTrainingData(IDatasets datasets, DatasetStore store) : ITrainingData
{
    public async Task<IReadOnlyList<TrainingDataset>> ListAsync(string owner, CancellationToken ct)
        => [.. (await datasets.ListAsync(ct)).SelectMany(d => d.Versions.Where(v => v.Status == DatasetStatus.Ready).Reverse()
            .Select(v => new TrainingDataset(d.Id, v.Version, d.Name, v.Count, v.Size, v.Channels, [.. v.Classes.Select(c => c.Name)])))];

    public async Task<TrainingData?> OpenAsync(string owner, string dataset, int? version, int? size, int? channels, CancellationToken ct)
    {
        if (await store.FindAsync(dataset, owner, ct) is not { } row) return null;
        var wanted = version ?? (await store.VersionsAsync(dataset, ct)).LastOrDefault(v => v.Status == DatasetStatus.Ready)?.Version;
        if (wanted is not { } number) return null;
        try
        {
            var (_, hash) = await store.LocateAsync(owner, dataset, number, ct);
            return new TrainingData(await store.OpenAsync(owner, dataset, number, ct), dataset, number, row.Name, hash);
        }
        catch (DatasetException e) when (e.Problem == DatasetProblem.Missing)
        {
            return null;
        }
        catch (DatasetException e)
        {
            throw new PlaygroundException(e.Message, e);
        }
    }
}

/// <summary>Keeps data sets from being deleted while trainings that wait, run or are paused need them.</summary>
internal sealed class TrainingReferences(JobStore jobs, DatasetStore store) : IDatasetReferences
{
    public async Task<IReadOnlyList<string>> UsersOfAsync(string owner, IReadOnlyList<string> hashes, CancellationToken ct)
    {
        var users = new List<string>();
        foreach (var job in await jobs.ListAsync(owner, JobKind.Training, ct))
        {
            if (JobStatus.IsFinal(job.Status) || job.ToView().RequestAs<TrainingRequest>() is not { Version: { } version } request)
                continue;
            if ((await store.VersionsAsync(request.Dataset, ct)).Any(v => v.Version == version && hashes.Contains(v.Hash)))
                users.Add($"the training {job.Id[..8]}, which is {job.Status}");
        }
        return users;
    }
}
