using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Data;
using Playground.Evaluation.Features;
using Playground.Evaluation.Statistics;
using Playground.Server.Datasets;
using Playground.Server.Datasets.Versions;
using Playground.Server.Hosting;
using Playground.Server.Jobs;

namespace Playground.Server.Evaluations;

/// <summary>
/// What generated pictures can be compared with: versions of the owner's data sets, and what whoever runs the server put into the
/// references folder: IDX pairs (<c>NAME-images-idx3-ubyte[.gz]</c>) and statistics (<c>NAME.npz</c>).
/// </summary>
internal sealed class EvaluationReferences(DatasetStore store, IOptions<PlaygroundOptions> options)
{
    private const string DatasetPrefix = "dataset:", FilePrefix = "file:", Statistics = ".npz";

    public async Task<IReadOnlyList<ReferenceView>> ListAsync(string owner, CancellationToken ct)
    {
        var own = from dataset in await store.ReadyAsync(owner, ct)
                  from version in dataset.Versions
                  let recipe = VersionRecipe.Parse(version.Recipe)
                  let features = BundledExtractor.For(recipe.Size, recipe.Size, recipe.Channels).Id
                  let id = $"{DatasetPrefix}{dataset.Dataset.Id}@{version.Version}"
                  select new ReferenceView(id, $"{dataset.Dataset.Name}, version {version.Version}", version.Count, true, features)
                  {
                      Form = new ImageForm(recipe.Size, recipe.Channels),
                  };
        return [.. own, .. Files()];
    }

    /// <summary>Null when there is none of that id.</summary>
    public async Task<ReferenceView?> FindAsync(string id, string owner, CancellationToken ct)
        => (await ListAsync(owner, ct)).FirstOrDefault(r => r.Id == id);

    /// <summary>The pictures of a reference that has some. The caller disposes them.</summary>
    /// <exception cref="PlaygroundException">It is not there any more, or cannot be read.</exception>
    public async Task<IPictureDataset> OpenAsync(string id, string owner, CancellationToken ct)
    {
        if (id.StartsWith(DatasetPrefix, StringComparison.Ordinal) && id[DatasetPrefix.Length..].Split('@') is [var dataset, var number]
            && int.TryParse(number, out var version))
        {
            try
            {
                return await store.OpenAsync(owner, dataset, version, ct);
            }
            catch (RequestException e)
            {
                throw new PlaygroundException(e.Message, e);
            }
        }
        return IdxDataset.Load(Path.Combine(Folder, NameOf(id)));
    }

    /// <summary>The statistics of a reference that has no more than those.</summary>
    /// <exception cref="PlaygroundException">It is not there any more, or cannot be read.</exception>
    public StatisticsFile ReadStatistics(string id) => StatisticsFile.Read(Path.Combine(Folder, NameOf(id) + Statistics));

    private string Folder => Path.GetFullPath(options.Value.References);

    private IEnumerable<ReferenceView> Files()
    {
        if (!Directory.Exists(Folder)) return [];
        var files = Directory.EnumerateFiles(Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ToList();
        return IdxNames.PrefixesIn(Folder).Select(Pictures)
            .Concat(files.Where(f => f.EndsWith(Statistics, StringComparison.Ordinal)).Select(Numbers));
    }

    private ReferenceView Pictures(string name)
    {
        var size = IdxDataset.SizeIn(Path.Combine(Folder, name));
        var features = size is (_, var height, var width) ? BundledExtractor.For(height, width, channels: 1).Id : null;
        return new ReferenceView(FilePrefix + name, name, size?.Count, true, features)
        {
            Form = size is (_, var side, var other) && side == other ? new ImageForm(side, Channels: 1) : null,
        };
    }

    private ReferenceView Numbers(string file)
    {
        var origin = StatisticsFile.OriginOf(Path.Combine(Folder, file));
        var features = BundledExtractor.Of(origin)?.Id ?? origin?.Extractor;
        return new ReferenceView(FilePrefix + file[..^Statistics.Length], $"{file} (statistics)", null, false, features);
    }

    // An id is only ever compared with what the folder holds: it never becomes part of a path.
    private string NameOf(string id) => Files().Any(r => r.Id == id)
        ? id[FilePrefix.Length..]
        : throw PlaygroundException.Of(JobError.ReferenceGone, $"The reference '{id}' is not there any more.");
}
