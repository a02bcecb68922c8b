using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Server.Datasets.Imports;
using Playground.Server.Datasets.Inspection;
using Playground.Server.Datasets.Versions;
using Playground.Server.Hosting;
using Playground.Server.Sampling;
using Playground.Server.Uploads;

namespace Playground.Server.Datasets;

/// <summary>What an import job works on.</summary>
/// <param name="Dataset">The data set's id.</param>
internal sealed record DatasetJob(string Dataset)
{
    public DatasetJob() : this("") { }
}

/// <summary>
/// Makes a data set of what was uploaded or fetched: inspects it, packs its pictures and its first version. All of it is kept, or nothing.
/// </summary>
internal sealed class DatasetImport(
    DatasetStore store, PictureStore pictures, UploadStore uploads, UploadFiles uploadFiles, DatasetFiles files, AddressDownload download,
    StorageSpace space, IOptions<DatasetOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan s_reportEvery = TimeSpan.FromMilliseconds(100);

    /// <exception cref="PlaygroundException">It cannot be made; nothing is kept.</exception>
    public async Task RunAsync(string dataset, string owner, Action<JobStage> progress, CancellationToken ct)
    {
        var row = await store.FindAsync(dataset, owner, ct);
        // It was made before the server ended, which did not come to say so.
        if (row is not { Status: DatasetStatus.Inspecting }) return;
        string[] scratch = [files.NewWork(row.Id), files.NewWork(row.Id), files.NewWork(row.Id)];
        try
        {
            var sources = await SourcesAsync(row, scratch[0], progress, ct);
            var inspection = new Inspector(options.Value, scratch[1], Sparse(progress), ct).Run(sources);
            var recipe = VersionDefaults.Of(inspection);
            var bytesNeeded = inspection.PackBytes + VersionRecipe.EstimateBytes(inspection.Pictures.Count, recipe.Size, recipe.Channels);
            await RequireSpaceAsync(row, bytesNeeded, ct);
            VersionPicture[] all = [.. inspection.Pictures.Select(p => new VersionPicture(p.Offset, p.Length, p.Class, p.Caption,
                VersionPicture.FieldsOf(p)))];
            var (hash, bytes) = VersionBuilder.Build(scratch[1], all, recipe, options.Value.Picture, scratch[2], progress, ct);

            using var change = await files.ChangeAsync(ct);
            DatasetFiles.Keep(scratch[1], files.PackOf(inspection.PackHash));
            DatasetFiles.Keep(scratch[2], files.VersionOf(hash));
            var first = new VersionRow
            {
                DatasetId = row.Id,
                Version = 1,
                Status = DatasetStatus.Ready,
                Recipe = recipe.ToJson(),
                Count = all.Length,
                Hash = hash,
                Bytes = bytes,
                Created = clock.GetUtcNow()
            };
            await pictures.PublishAsync(row.Id, inspection, JsonSerializer.Serialize(inspection.Report), first, CancellationToken.None);
        }
        finally
        {
            foreach (var path in scratch) File.Delete(path);
        }
        await RemoveUploadsAsync(row.Id);
    }

    private async Task<InspectedFile[]> SourcesAsync(DatasetRow row, string downloaded, Action<JobStage> progress, CancellationToken ct)
        => row.Address is { } address
            ? [await download.FetchAsync(row.Owner, AddressDownload.Parse(address), downloaded, progress, ct)]
            : [.. (await uploads.OfDatasetAsync(row.Id, ct)).Select(u => new InspectedFile(uploadFiles.PathOf(u.Id), u.Name, u.Sha256!))];

    /// <summary>Marks the data set as failed and removes what came for it.</summary>
    public async Task FailAsync(string dataset, string error)
    {
        await RemoveUploadsAsync(dataset);
        // What was published before something went wrong stays.
        if (await store.MoveAsync(dataset, DatasetStatus.Inspecting, DatasetStatus.Failed, error, CancellationToken.None))
            await pictures.RemoveAsync(dataset, CancellationToken.None);
    }

    private async Task RemoveUploadsAsync(string dataset)
    {
        foreach (var upload in await uploads.OfDatasetAsync(dataset, CancellationToken.None))
            await uploadFiles.DeleteAsync(upload.Id, CancellationToken.None);
    }

    // The uploads count still, and go once the data set is made.
    private async Task RequireSpaceAsync(DatasetRow row, long bytes, CancellationToken ct)
    {
        var going = (await uploads.OfDatasetAsync(row.Id, ct)).Sum(u => u.Length);
        await space.RequireAsync(row.Owner, bytes - going, 0, ct);
    }

    // Entries may come by the ten thousand a second.
    private static Action<JobStage> Sparse(Action<JobStage> progress)
    {
        var last = Stopwatch.StartNew();
        var stage = "";
        return p =>
        {
            if (p.Name == stage && last.Elapsed < s_reportEvery) return;
            stage = p.Name;
            last.Restart();
            progress(p);
        };
    }
}
