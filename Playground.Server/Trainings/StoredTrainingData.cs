using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Datasets;
using Playground.Server.Datasets.Versions;
using Playground.Server.Jobs;

namespace Playground.Server.Trainings;

/// <summary>The data sets that people have made here.</summary>
internal sealed class StoredTrainingData(DatasetStore store) : ITrainingData
{
    public async Task<IReadOnlyList<TrainingDataset>> ListAsync(string owner, CancellationToken ct)
    {
        var captioned = await store.CaptionedAsync(owner, null, ct);
        return [.. (await store.ReadyAsync(owner, ct)).SelectMany(d => d.Versions.Reverse()
            .Select(v => Describe(d.Dataset, v, captioned.GetValueOrDefault(d.Dataset.Id))))];
    }

    public async Task<TrainingDataset?> FindAsync(string owner, string dataset, int? version, int? size, int? channels,
        CancellationToken ct)
    {
        if (await store.FindAsync(dataset, owner, ct) is not { } row) return null;
        var found = (await store.VersionsAsync(dataset, ct)).LastOrDefault(
            v => v.Status == DatasetStatus.Ready && (version is null || v.Version == version));
        return found is null ? null : Describe(row, found, (await store.CaptionedAsync(owner, dataset, ct)).GetValueOrDefault(dataset));
    }

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
        catch (RequestException e) when (e.IsMissing)
        {
            return null;
        }
        catch (RequestException e)
        {
            throw new PlaygroundException(e.Message, e);
        }
    }

    private static TrainingDataset Describe(DatasetRow row, VersionRow version, DatasetCaptions? captions)
    {
        var recipe = VersionRecipe.Parse(version.Recipe);
        return new TrainingDataset(row.Id, version.Version, row.Name, version.Count, recipe.Size, recipe.Channels,
            [.. recipe.Classes.Select(c => c.Name)])
        { CaptionFields = FieldsOf(recipe, captions), CaptionExample = ExampleOf(recipe, captions?.Example) };
    }

    private static IReadOnlyList<string> FieldsOf(VersionRecipe recipe, DatasetCaptions? captions) =>
    [
        .. captions?.Example.Caption is null ? Array.Empty<string>() : [CaptionTemplate.Text],
        .. captions?.Fields ?? [],
        .. recipe.Classes.Count == 0 ? Array.Empty<string>() : [CaptionTemplate.Class],
    ];

    private static Dictionary<string, string> ExampleOf(VersionRecipe recipe, VersionPicture? picture)
    {
        var example = picture?.FieldsByName ?? [];
        if (picture?.Caption is { } caption) example[CaptionTemplate.Text] = caption;
        if (recipe.LabelOf(picture?.Class) is { } label) example[CaptionTemplate.Class] = recipe.Classes[label].Name;
        return example;
    }
}

/// <summary>Keeps data sets from being deleted while trainings that wait, run or are paused need them.</summary>
internal sealed class TrainingReferences(JobStore jobs, DatasetStore store) : IDatasetReferences
{
    public async Task<IReadOnlyList<string>> UsersOfAsync(string owner, IReadOnlyList<string> hashes, CancellationToken ct)
    {
        var users = new List<string>();
        foreach (var job in await jobs.LiveAsync(ct))
        {
            if (job.Kind != JobKind.Training || job.ToView().RequestAs<TrainingRequest>() is not { Version: { } version } request)
                continue;
            if ((await store.VersionsAsync(request.Dataset, ct)).Any(v => v.Version == version && hashes.Contains(v.Hash)))
                users.Add($"the training {job.Id[..8]}, which is {job.Status}");
        }
        return users;
    }
}
