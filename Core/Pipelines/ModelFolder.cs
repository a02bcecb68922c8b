using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Pipelines;

/// <summary>A model in diffusers' folder layout: <c>model_index.json</c>, <c>unet/</c>, <c>scheduler/</c>.</summary>
public static class ModelFolder
{
    // Weights of a network that is built to tell which tensors are missing, though the file has fewer.
    private const long BuiltAnyhow = 100_000_000;

    /// <summary>
    /// Loads a model onto the default device, in evaluation mode. Its network may also be one that can be called and not sampled from; that
    /// is
    /// checked where it is sampled.
    /// </summary>
    /// <exception cref="PlaygroundException">A file is missing or broken, or tensors are missing, extra or misshapen (the first are
    /// listed);
    /// nothing is loaded then.</exception>
    public static DiffusionModel Load(string folder)
    {
        var files = ModelFiles.Find(folder);
        var (config, scheduler) = ModelCatalog.ReadConfigurations(files);
        Check(files.Weights, config);

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var network = new UNet2D(config);
        try
        {
            var weights = WeightNames.Current(SafetensorsFile.Read(files.Weights), Path.GetFileName(files.Weights));
            Assign(network, weights, files.Weights);
            network.eval();
            foreach (var parameter in network.parameters()) parameter.requires_grad = false;
            if (TorchEngine.DefaultDevice.type != DeviceType.CPU) network.to(TorchEngine.DefaultDevice);
            network.IsFrozen = true;
            return new DiffusionModel(network, scheduler, ModelCatalog.Summarize(folder, files, config, scheduler));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Checks everything that <see cref="Load"/> checks, and whether it can be sampled, one tensor at a time and on the CPU: nothing is
    /// kept in memory.
    /// </summary>
    /// <exception cref="PlaygroundException">As for <see cref="Load"/>.</exception>
    public static ModelSummary Verify(string folder)
    {
        var files = ModelFiles.Find(folder);
        var (config, scheduler) = ModelCatalog.ReadConfigurations(files);
        ModelFitness.Require(config, scheduler);
        Check(files.Weights, config);
        using var guard = no_grad();
        SafetensorsFile.Each(files.Weights, (name, value) => CheckFinite(name, value, files.Weights));
        return ModelCatalog.Summarize(folder, files, config, scheduler);
    }

    /// <summary>Writes a model that diffusers loads. Every file is whole or not there.</summary>
    public static void Save(string folder, UNet2D network, UNet2DConfig config, SchedulerConfig scheduler, ModelManifest? manifest = null)
        => Save(folder, network.state_dict(), config, scheduler, manifest);

    internal static void Save(string folder, IReadOnlyDictionary<string, Tensor> weights, UNet2DConfig config, SchedulerConfig scheduler,
        ModelManifest? manifest)
    {
        Directory.CreateDirectory(Path.Combine(folder, "unet"));
        Directory.CreateDirectory(Path.Combine(folder, "scheduler"));
        var files = ModelFiles.At(folder);
        SafetensorsFile.Write(files.Weights, WeightNames.Saved(weights, config.TimeEmbeddingType == "fourier"));
        Json.Write(files.Config, config with { ClassName = UNet2DConfig.CurrentClassName });
        Json.Write(files.Scheduler, scheduler);
        WriteIndex(folder, config, scheduler);
        if (manifest is not null) Json.Write(files.Manifest, manifest);
    }

    /// <summary>Writes <c>model_index.json</c>, by which diffusers knows which classes the folder's parts are.</summary>
    public static void WriteIndex(string folder, UNet2DConfig config, SchedulerConfig scheduler)
        => Json.Write(ModelFiles.At(folder).Index, new Dictionary<string, object>
        {
            ["_class_name"] = scheduler.ClassName == "DDIMScheduler" ? "DDIMPipeline" : "DDPMPipeline",
            ["_diffusers_version"] = config.DiffusersVersion,
            ["scheduler"] = new[] { "diffusers", scheduler.ClassName },
            ["unet"] = new[] { "diffusers", UNet2DConfig.CurrentClassName },
        });

    /// <summary>Copies <paramref name="weights"/> into the network's parameters of the same names.</summary>
    internal static void Assign(UNet2D network, IReadOnlyDictionary<string, Tensor> weights, string source)
    {
        using var guard = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            using var scope = NewDisposeScope();
            var value = weights[name];
            CheckFinite(name, value, source);
            parameter.copy_(value);
        }
    }

    private static void CheckFinite(string name, Tensor value, string source)
    {
        if (!value.isfinite().all().item<bool>())
            throw new PlaygroundException(
                $"'{Path.GetFileName(source)}': tensor '{name}' holds NaN or infinity. The training that made it diverged; use an earlier "
                    + "checkpoint.");
    }

    private static void Check(string path, UNet2DConfig config)
    {
        var header = SafetensorsFile.ReadHeader(path);
        // A few words of configuration can ask for more memory than there is: no network is built that is far larger than the file.
        var (least, held) = (config.LeastParameters, header.Entries.Sum(e => e.Count));
        if (least > Math.Max(held, BuiltAnyhow))
            throw new PlaygroundException($"'{Path.GetFileName(path)}' holds {held:N0} numbers, and its config.json describes a network of "
                + $"more than {least:N0}. Use the config.json that was saved with these weights.");
        var found = WeightNames.Current(header.Entries.Select(e => KeyValuePair.Create(e.Name, e.Shape)), Path.GetFileName(path));
        using var scope = NewDisposeScope();
        using var network = new UNet2D(config);
        var wanted = network.named_parameters().ToDictionary(p => p.name, p => p.parameter.shape);
        List<string> faults =
        [
            .. wanted.Keys.Except(found.Keys).Select(n => $"missing {n}"),
            .. found.Keys.Except(wanted.Keys).Select(n => $"extra {n}"),
            .. wanted.Where(w => found.TryGetValue(w.Key, out var s) && !s.SequenceEqual(w.Value))
                .Select(w => $"{w.Key} is [{string.Join(", ", found[w.Key])}], not [{string.Join(", ", w.Value)}]"),
        ];
        const int most = 20;
        if (faults.Count > 0)
            throw new PlaygroundException(
                $"'{Path.GetFileName(path)}' does not fit its config.json: {string.Join("; ", faults.Take(most))}"
                    + (faults.Count > most ? $"; and {faults.Count - most} more" : "")
                    + ". Use the config.json that was saved with these weights.");
    }
}
