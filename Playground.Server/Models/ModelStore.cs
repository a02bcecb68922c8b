using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Server.Trainings;

namespace Playground.Server.Models;

/// <summary>The models in the models folder; the one used last stays loaded.</summary>
internal sealed class ModelStore(IOptions<PlaygroundOptions> options, ILogger<ModelStore> log) : IDisposable
{
    private readonly ConcurrentDictionary<(string Folder, DateTime Written), ModelSummary?> _summaries = new();
    private DiffusionModel? _loaded;

    /// <summary>The sound models, by name.</summary>
    public IReadOnlyList<ModelSummary> List() => Directory.Exists(options.Value.Models)
        ? [.. Directory.GetDirectories(options.Value.Models).Where(d => File.Exists(Path.Combine(d, "model_index.json"))).Order(StringComparer.Ordinal).Select(Describe).OfType<ModelSummary>()]
        : [];

    // But for a checkpoint's, which is digits, a name is only ever compared with what the folder holds: it never becomes part of a path.
    public ModelSummary? Find(string name) => TrainingFolder.Find(options.Value.Data, name) is { } checkpoint ? Describe(checkpoint) : List().FirstOrDefault(m => m.Name == name);

    /// <summary>The model in memory. Call it on the device's thread.</summary>
    /// <exception cref="PlaygroundException">It is not there any more, or it is broken.</exception>
    public DiffusionModel Load(string name)
    {
        var summary = Find(name) ?? throw new PlaygroundException($"The model '{name}' is not installed any more.");
        if (_loaded?.Summary == summary) return _loaded;
        _loaded?.Dispose();
        _loaded = null;
        return _loaded = ModelFolder.Load(summary.Folder);
    }

    private ModelSummary? Describe(string folder) => _summaries.GetOrAdd((folder, Newest(folder)), _ =>
    {
        try
        {
            return ModelCatalog.Describe(folder);
        }
        catch (PlaygroundException e)
        {
            log.LogWarning("The model folder {Folder} is passed over: {Reason}", folder, e.Message);
            return null;
        }
    });

    private static DateTime Newest(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).Max();

    public void Dispose() => _loaded?.Dispose();
}
