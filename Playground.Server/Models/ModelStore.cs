using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Pipelines;
using Playground.Server.Hosting;

namespace Playground.Server.Models;

/// <summary>The models in the models folder; the one used last stays loaded.</summary>
internal sealed class ModelStore(IOptions<PlaygroundOptions> options, ModelFolderLock places, IEnumerable<IModelSource> sources,
    ILogger<ModelStore> log)
    : IDisposable
{
    private readonly ConcurrentDictionary<(string Folder, DateTime Written), ModelSummary?> _summaries = new();
    private readonly ConcurrentDictionary<string, bool> _hidden = new();
    private (ModelSummary Summary, SampledModel Model)? _loaded;

    /// <summary>
    /// The sound models, by name, as they are at one moment: none is missing, or there twice, because it is being renamed.
    /// </summary>
    public IReadOnlyList<ModelSummary> List() => places.Steadily(ListOnce);

    private IReadOnlyList<ModelSummary> ListOnce() => Directory.Exists(options.Value.Models)
        ? [.. Directory.GetDirectories(options.Value.Models).Where(d => File.Exists(Path.Combine(d, "model_index.json")))
            .Order(StringComparer.Ordinal).Select(Describe).OfType<ModelSummary>()]
        : [];

    /// <summary>Null where no model of that name is in the models folder: a training's checkpoint is not. Nor is one about to go.</summary>
    public ModelSummary? FindInstalled(string name) => _hidden.ContainsKey(name) ? null : List().FirstOrDefault(m => m.Name == name);

    // A name is only ever compared with what the folder holds: it never becomes part of a path.
    public ModelSummary? Find(string name)
        => sources.Select(s => s.FindFolder(name)).FirstOrDefault(f => f is not null) is { } folder
            ? Describe(folder)
            : FindInstalled(name);

    /// <summary>The model in memory. Call it on the device's thread.</summary>
    /// <exception cref="PlaygroundException">It is not there any more, or it is broken.</exception>
    public SampledModel Load(string name)
    {
        var summary = Find(name) ?? throw PlaygroundException.Of(JobError.ModelGone, $"The model '{name}' is not installed any more.");
        if (_loaded is { } loaded && ReferenceEquals(loaded.Summary, summary)) return loaded.Model;
        Unload();
        _loaded = (summary, ModelLoader.Load(summary.Folder));
        return _loaded.Value.Model;
    }

    /// <summary>Frees a model's memory, where it is loaded. Call it on the device's thread, when no job runs with it.</summary>
    public void Unload(ModelSummary model)
    {
        if (_loaded?.Summary.Folder == model.Folder) Unload();
        foreach (var key in _summaries.Keys.Where(k => Path.GetFullPath(k.Folder) == model.Folder)) _summaries.TryRemove(key, out _);
    }

    /// <summary>As <see cref="Unload(ModelSummary)"/>, for whatever model lies below a folder.</summary>
    public void UnloadIn(string folder)
    {
        var below = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        if (_loaded is { } loaded && Path.GetFullPath(loaded.Summary.Folder).StartsWith(below, StringComparison.Ordinal)) Unload();
        foreach (var key in _summaries.Keys.Where(k => Path.GetFullPath(k.Folder).StartsWith(below, StringComparison.Ordinal)))
            _summaries.TryRemove(key, out _);
    }

    /// <summary>A model that is about to go is found by nobody, until the result is disposed.</summary>
    public IDisposable Hide(string name)
    {
        _hidden[name] = true;
        return new DisposableAction(() => _hidden.TryRemove(name, out _));
    }

    private void Unload()
    {
        if (_loaded is not { } loaded) return;
        loaded.Model.Dispose();
        _loaded = null;
        TensorMemory.Trim();
    }

    private ModelSummary? Describe(string folder)
    {
        try
        {
            var key = (folder, Newest(folder));
            if (_summaries.TryGetValue(key, out var known)) return known;
            var moves = places.Moves;
            var read = Read(folder);
            // What could not be read while something was renamed may have been just that.
            return read is not null || (moves % 2 == 0 && moves == places.Moves && Directory.Exists(folder))
                ? _summaries.GetOrAdd(key, read)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // It is being deleted or renamed at this moment, or may not be read.
            return null;
        }
    }

    private ModelSummary? Read(string folder)
    {
        try
        {
            return ModelLoader.Describe(folder);
        }
        catch (PlaygroundException e)
        {
            log.LogWarning("The model folder {Folder} is passed over: {Reason}", folder, e.Message);
            return null;
        }
    }

    private static DateTime Newest(string folder)
        => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).Max();

    public void Dispose() => Unload();
}
