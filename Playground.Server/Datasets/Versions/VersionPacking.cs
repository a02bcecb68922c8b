using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Server.Hosting;
using Playground.Server.Sampling;

namespace Playground.Server.Datasets.Versions;

/// <summary>Packs a version that an edit asked for.</summary>
internal sealed class VersionPacking(DatasetStore store, PictureStore pictures, DatasetFiles files, IOptions<DatasetOptions> options)
{
    public async Task RunAsync(DatasetWork work, Action<DatasetProgress> progress, CancellationToken ct)
    {
        var row = await store.FindAsync(work.Dataset, work.Owner, ct);
        var version = (await store.VersionsAsync(work.Dataset, ct)).FirstOrDefault(v => v.Version == work.Version);
        if (row?.Pack is null || version is not { Status: DatasetStatus.Inspecting }) return;
        var all = await pictures.OfVersionAsync(work.Dataset, work.Version, ct);
        var path = files.NewWork(row.Id);
        try
        {
            var (hash, bytes) = VersionBuilder.Build(files.PackOf(row.Pack), all, VersionRecipe.Parse(version.Recipe),
                options.Value.Picture, path, progress, ct);
            using var change = await files.ChangeAsync(ct);
            DatasetFiles.Keep(path, files.VersionOf(hash));
            await store.EndVersionAsync(work.Dataset, work.Version, DatasetStatus.Ready, hash, bytes, null, CancellationToken.None);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
