using Playground.Core.Engine;
using Playground.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Checkpoints;

/// <summary>A model in diffusers' folder layout: <c>model_index.json</c>, <c>unet/</c>, <c>scheduler/</c>.</summary>
public static class ModelFolder
{
    /// <summary>Loads a model onto the default device, in evaluation mode.</summary>
    /// <exception cref="PlaygroundException">A file is missing or broken, or tensors are missing, extra or misshapen (all are listed); nothing is loaded then.</exception>
    public static DiffusionModel Load(string folder)
    {
        var files = ModelFiles.Find(folder);
        var config = Json.Read<UNet2DConfig>(files.Config);
        config.Validate();
        var scheduler = ModelCatalog.ReadScheduler(files.Scheduler, config);
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
            return new DiffusionModel(network, scheduler, ModelCatalog.Summarize(folder, files, config, scheduler));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Writes a model that diffusers loads. Every file is whole or not there.</summary>
    public static void Save(string folder, UNet2D network, UNet2DConfig config, SchedulerConfig scheduler, ModelManifest? manifest = null)
        => Save(folder, network.state_dict(), config, scheduler, manifest);

    internal static void Save(string folder, IReadOnlyDictionary<string, Tensor> weights, UNet2DConfig config, SchedulerConfig scheduler, ModelManifest? manifest)
    {
        Directory.CreateDirectory(Path.Combine(folder, "unet"));
        Directory.CreateDirectory(Path.Combine(folder, "scheduler"));
        var files = ModelFiles.At(folder);
        SafetensorsFile.Write(files.Weights, WeightNames.Saved(weights, config.TimeEmbeddingType == "fourier"));
        Json.Write(files.Config, config with { ClassName = UNet2DConfig.CurrentClassName });
        Json.Write(files.Scheduler, scheduler);
        Json.Write(files.Index, new Dictionary<string, object>
        {
            ["_class_name"] = scheduler.ClassName == "DDIMScheduler" ? "DDIMPipeline" : "DDPMPipeline",
            ["_diffusers_version"] = config.DiffusersVersion,
            ["scheduler"] = new[] { "diffusers", scheduler.ClassName },
            ["unet"] = new[] { "diffusers", UNet2DConfig.CurrentClassName },
        });
        if (manifest is not null) Json.Write(files.Manifest, manifest);
    }

    /// <summary>Copies <paramref name="weights"/> into the network's parameters of the same names.</summary>
    internal static void Assign(UNet2D network, IReadOnlyDictionary<string, Tensor> weights, string source)
    {
        using var guard = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            using var scope = NewDisposeScope();
            var value = weights[name];
            if (!value.isfinite().all().item<bool>()) throw new PlaygroundException($"'{Path.GetFileName(source)}': tensor '{name}' holds NaN or infinity. The training that made it diverged; use an earlier checkpoint.");
            parameter.copy_(value);
        }
    }

    private static void Check(string path, UNet2DConfig config)
    {
        var found = WeightNames.Current(SafetensorsFile.ReadHeader(path).Entries.Select(e => KeyValuePair.Create(e.Name, e.Shape)), Path.GetFileName(path));
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
        if (faults.Count > 0)
            throw new PlaygroundException($"'{Path.GetFileName(path)}' does not fit its config.json: {string.Join("; ", faults)}. Use the config.json that was saved with these weights.");
    }
}
