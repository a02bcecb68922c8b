using System.Security.Cryptography;
using System.Text.Json;
using Playground.Core.Models;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using Playground.Core.Text;

namespace Playground.Core.Checkpoints;

/// <summary>What can be said of a model without loading its weights.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Folder">The folder's full path.</param>
/// <param name="SampleSize">Height and width of its pictures.</param>
/// <param name="Channels">1 for grey, 3 for colour.</param>
/// <param name="Classes">Number of classes; null when unconditional.</param>
/// <param name="TrainTimesteps">T.</param>
/// <param name="Hash">First ten hexadecimal digits of the weights' SHA-256.</param>
/// <param name="HasNullClass">Whether the last embedding row stands for "no class", so that guidance is possible.</param>
public sealed record ModelSummary(string Name, string Folder, int SampleSize, int Channels, int? Classes, int TrainTimesteps, string Hash,
    bool HasNullClass = false)
{
    /// <summary>Its <c>scheduler_config.json</c>.</summary>
    public SchedulerConfig Scheduler { get; init; } = new();

    /// <summary>Its network's <c>config.json</c>.</summary>
    public UNet2DConfig Config { get; init; } = new();

    /// <summary>Its <c>playground.json</c>, or the defaults where there is none.</summary>
    public ModelManifest Manifest { get; init; } = new();

    /// <summary>What its classes are called, by label, as it can be shown; empty where they have no names.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Number of weights.</summary>
    public long Parameters { get; init; }

    /// <summary>How it reads texts; null where it reads none.</summary>
    public TextToImage? Text { get; init; }

    /// <summary>First ten hexadecimal digits of the weights' SHA-256; of large models taken when first asked for.</summary>
    public string Hash { get => HashOnDemand?.Value ?? field; init; } = Hash;

    internal Lazy<string>? HashOnDemand { get; init; }
}

/// <summary>What is to be known of a model that draws from a text.</summary>
/// <param name="Factor">Pixels along a side for one latent along it; sizes are multiples of it.</param>
/// <param name="Layers">Layers of the text encoder.</param>
/// <param name="Tokens">Tokens of a prompt that are read, start and end not counted.</param>
/// <param name="LatentChannels">Channels of the latents.</param>
/// <param name="IsInpainting">Whether the U-Net is told of a mask itself.</param>
public sealed record TextToImage(int Factor, int Layers, int Tokens, int LatentChannels, bool IsInpainting)
{
    /// <summary>The U-Net over the latents, as far as memory and a description need it.</summary>
    public required UNet2DConfig Network { get; init; }

    /// <summary>Types of its blocks on the way down, finest first, and up, coarsest first.</summary>
    public required IReadOnlyList<string> DownBlockTypes { get; init; }

    /// <inheritdoc cref="DownBlockTypes"/>
    public required IReadOnlyList<string> UpBlockTypes { get; init; }

    /// <summary>Width of the texts that the U-Net reads: 768 for Stable Diffusion 1, 1024 for 2.</summary>
    public required int TextWidth { get; init; }

    /// <summary>Channels of the autoencoder's widest map at an image's full size.</summary>
    public required int DecoderWidth { get; init; }

    /// <summary>Reads prompts as the model does.</summary>
    public required PromptReader Prompts { get; init; }
}

/// <summary>Reads model folders cheaply: JSON and the safetensors header only, besides the hash.</summary>
public static class ModelCatalog
{
    /// <exception cref="PlaygroundException">The folder is not a model.</exception>
    public static ModelSummary Describe(string folder)
    {
        var files = ModelFiles.Find(folder);
        var (config, scheduler) = ReadConfigurations(files);
        ModelFitness.Require(config, scheduler);
        return Summarize(folder, files, config, scheduler);
    }

    /// <summary>
    /// What describes the model. The pipeline is looked at first: in one of another kind, no key means what it means here.
    /// </summary>
    /// <exception cref="PlaygroundException">A file is broken, the pipeline is of another kind, or the network cannot be built.</exception>
    internal static (UNet2DConfig Config, SchedulerConfig Scheduler) ReadConfigurations(ModelFiles files)
    {
        PipelineIndex.Check(files.Index);
        var config = Json.Read<UNet2DConfig>(files.Config);
        config.Validate();
        return (config, ReadScheduler(files.Scheduler, config));
    }

    /// <exception cref="PlaygroundException">The file is broken, its class or schedule is not known, or the network has no row for its last
    /// timestep.</exception>
    internal static SchedulerConfig ReadScheduler(string path, UNet2DConfig config)
    {
        var scheduler = SchedulerKeys.WithDefaults(Json.Read<SchedulerConfig>(path), Json.Read<Dictionary<string, JsonElement>>(path).Keys);
        string[] known = [.. SamplerCatalog.All.Select(s => s.Scheduler).Distinct()];
        if (!known.Contains(scheduler.ClassName))
            throw new PlaygroundException(
                $"The scheduler's configuration has _class_name = {scheduler.ClassName ?? "null"}; it must be one "
                    + $"of {string.Join(", ", known)}.");
        _ = NoiseSchedule.FromConfig(scheduler);
        if (config.TimeEmbeddingType == "learned" && config.NumTrainTimesteps < scheduler.NumTrainTimesteps)
            throw new PlaygroundException($"The model's configuration has num_train_timesteps = {config.NumTrainTimesteps}; it must be at "
                + $"least the scheduler's {scheduler.NumTrainTimesteps} where time_embedding_type is learned.");
        return scheduler;
    }

    internal static ModelSummary Summarize(string folder, ModelFiles files, UNet2DConfig config, SchedulerConfig scheduler)
    {
        var manifest = ModelManifest.Read(files.Manifest);
        var classes = manifest.Classes ?? config.ClassRows;
        if (classes > (config.ClassRows ?? 0))
            throw new PlaygroundException(
                $"playground.json says {classes} classes, and the model's num_class_embeds "
                    + $"is {config.NumClassEmbeds?.ToString() ?? "null"}; it must be at least as many.");
        var path = Path.GetFullPath(folder);
        return new ModelSummary(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), path, config.SampleSize, config.InChannels,
            classes,
            scheduler.NumTrainTimesteps, HashOf(files.Weights), classes is not null && config.ClassRows > classes)
        {
            Scheduler = scheduler,
            Config = config,
            Manifest = manifest,
            ClassNames = manifest.ShownNames(classes),
            Parameters = WeightNames.Current(SafetensorsFile.ReadHeader(files.Weights).Entries.Select(
                e => KeyValuePair.Create(e.Name, e.Count)), Path.GetFileName(files.Weights)).Values.Sum(),
        };
    }

    private static string HashOf(string weights) => FileReading.Of(weights, () =>
    {
        using var file = File.OpenRead(weights);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..10];
    });
}
