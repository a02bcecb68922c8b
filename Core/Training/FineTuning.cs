using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
using Playground.Core.Pipelines;
using Playground.Core.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>A model that a training goes on from: all of its weights are trained, or adapters beside them.</summary>
internal sealed class FineTuning : IDisposable
{
    private readonly IReadOnlyDictionary<string, Tensor> _weights;
    private readonly LoraOptions? _lora;
    private LoraAdapters? _adapters;

    /// <exception cref="PlaygroundException">The folder is no model, or its condition is none that can be trained.</exception>
    public FineTuning(string folder, int? classes, LoraOptions? lora)
    {
        lora?.Validate();
        using var scope = NewDisposeScope();
        using var model = ModelFolder.Load(folder);
        (Scheduler, Parent, _lora) = (model.Scheduler, model.Summary, lora);
        (Config, _weights, Note) = ClassTable.Fit(model, classes);
        _weights = _weights.ToDictionary(w => w.Key, w => w.Value.to(CPU, copy: true).DetachFromDisposeScope());
    }

    /// <summary>The model that it was.</summary>
    public ModelSummary Parent { get; }

    /// <summary>Its network, with the classes of the new data.</summary>
    public UNet2DConfig Config { get; }

    public SchedulerConfig Scheduler { get; }

    /// <summary>What had to be changed for the data; null: nothing.</summary>
    public string? Note { get; }

    public LoraAdapters? Adapters => _adapters;

    public TrainingStart StartOf(UNet2D network)
        => new(Scheduler, $"{Parent.Name}@{Parent.Hash}" + (_lora is null ? "" : $"+lora r{_lora.Rank} a{_lora.Alpha:R}"), random =>
    {
        ModelFolder.Assign(network, _weights, Parent.Name);
        foreach (var weight in _weights.Values) weight.Dispose();
        var device = TorchEngine.DefaultDevice;
        if (device.type != DeviceType.CPU) network.to(device);
        if (_lora is null) return network.named_parameters();
        _adapters = new LoraAdapters(network, _lora, random, device);
        return _adapters.Parameters;
    });

    public void Dispose()
    {
        foreach (var weight in _weights.Values) weight.Dispose();
        _adapters?.Dispose();
    }
}
