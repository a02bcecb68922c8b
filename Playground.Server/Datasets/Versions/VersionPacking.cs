using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Sampling;

namespace Playground.Server.Datasets.Versions;

/// <summary>Packs a version that an edit asked for.</summary>
internal sealed class VersionPacking(DatasetStore store, PictureStore pictures, DatasetFiles files, IOptions<DatasetOptions> options)
{
    /// <exception cref="Core.PlaygroundException">It cannot be made; nothing is kept.</exception>
    public async Task RunAsync(string job, string dataset, string owner, Action<JobStage> progress, CancellationToken ct)
    {
        var row = await store.FindAsync(dataset, owner, ct);
        var version = await store.VersionOfJobAsync(job, ct);
        // It was packed before the server ended, which did not come to say so; or it was deleted.
        if (row?.Pack is null || version is not { Status: DatasetStatus.Inspecting }) return;
        var all = await pictures.OfVersionAsync(dataset, version.Version, ct);
        var path = files.NewWork(row.Id);
        try
        {
            var (hash, bytes) = VersionBuilder.Build(files.PackOf(row.Pack), all, VersionRecipe.Parse(version.Recipe),
                options.Value.Picture, path, progress, ct);
            using var change = await files.ChangeAsync(ct);
            DatasetFiles.Keep(path, files.VersionOf(hash));
            await store.EndVersionAsync(dataset, version.Version, DatasetStatus.Ready, hash, bytes, null, CancellationToken.None);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Marks the version as failed, unless it is packed already.</summary>
    public async Task FailAsync(string job, string error)
    {
        if (await store.VersionOfJobAsync(job, CancellationToken.None) is { Status: DatasetStatus.Inspecting } version)
            await store.EndVersionAsync(version.DatasetId, version.Version, DatasetStatus.Failed, null, 0, error, CancellationToken.None);
    }
}
