using System.Text.Json;
using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Models;
using Playground.Core.Samplers;
using Playground.Core.Schedules;
using Playground.Core.Text;
using static TorchSharp.torch;

namespace Playground.Core.Pipelines.StableDiffusion;

/// <summary>Stable Diffusion 1 or 2 in diffusers' folder layout.</summary>
public static class StableDiffusionFolder
{
    private const string WeightsStem = "diffusion_pytorch_model", TextStem = "model";

    private static readonly string[] s_classes = ["StableDiffusionPipeline", "StableDiffusionInpaintPipeline",
        "StableDiffusionImg2ImgPipeline", "StableDiffusionPipelineSafe", "StableDiffusionInpaintPipelineLegacy"];

    private static readonly (string Part, string File)[] s_parts = [("unet", "config.json"), ("vae", "config.json"),
        ("text_encoder", "config.json"), ("scheduler", "scheduler_config.json")];

    /// <summary>Whether a folder is a model that reads texts, sound or not, and not one of the models of images alone.</summary>
    public static bool Is(string folder)
    {
        if (Directory.Exists(Path.Combine(folder, "text_encoder")) || Directory.Exists(Path.Combine(folder, "vae"))) return true;
        return ClassOf(folder) is { } name && !name.StartsWith("DDPM", StringComparison.Ordinal)
            && !name.StartsWith("DDIM", StringComparison.Ordinal) && name.Contains("Diffusion", StringComparison.Ordinal);
    }

    /// <summary>Loads a model onto the default device, in evaluation mode.</summary>
    /// <exception cref="PlaygroundException">It is of another kind, a part is missing or broken, or the parts do not go
    /// together; nothing is loaded then.</exception>
    public static StableDiffusionModel Load(string folder) => Open(folder).Load();

    /// <summary>What can be said of it without reading the weights.</summary>
    /// <exception cref="PlaygroundException">As for <see cref="Load"/>.</exception>
    public static ModelSummary Describe(string folder) => Open(folder).Summarize();

    /// <summary>
    /// Checks everything that <see cref="Load"/> checks and every number, one tensor at a time; nothing is kept in memory.
    /// </summary>
    /// <exception cref="PlaygroundException">As for <see cref="Load"/>, or a weight is NaN or infinite.</exception>
    public static ModelSummary Verify(string folder, CancellationToken ct = default)
    {
        var parts = Open(folder);
        parts.Verify(ct);
        return parts.Summarize();
    }

    /// <summary>Writes <c>model_index.json</c> anew, so that it names no classes but those that the folder's parts are.</summary>
    /// <exception cref="PlaygroundException">The folder is no such model.</exception>
    public static void WriteIndex(string folder)
    {
        var parts = Open(folder);
        WriteIndex(folder, parts.UNet, parts.Autoencoder, parts.Scheduler);
    }

    /// <summary>Writes a model that diffusers loads. Every file is whole or not there.</summary>
    /// <param name="type">Type of the weights; null: as they are in memory.</param>
    public static void Save(string folder, StableDiffusionModel model, ModelManifest? manifest = null, ScalarType? type = null)
        => Save(folder, model.UNet, model.Autoencoder, model.Text, model.Tokenizer, model.Scheduler, manifest, type);

    /// <param name="weights">What is written in place of the U-Net's own weights, by name; null: these.</param>
    internal static void Save(string folder, UNet2DConditionModel unet, AutoencoderKL autoencoder, ClipTextModel text,
        ClipTokenizer tokenizer, SchedulerConfig scheduler, ModelManifest? manifest, ScalarType? type,
        IReadOnlyDictionary<string, Tensor>? weights = null)
    {
        string At(params string[] path) => Path.Combine([folder, .. path]);
        foreach (var (part, _) in s_parts) Directory.CreateDirectory(At(part));
        Write(unet, At("unet", WeightsStem + ".safetensors"), type, weights);
        Write(autoencoder, At("vae", WeightsStem + ".safetensors"), type);
        Write(text, At("text_encoder", TextStem + ".safetensors"), type);
        Json.Write(At("unet", "config.json"), unet.Config);
        Json.Write(At("vae", "config.json"), autoencoder.Config);
        Json.Write(At("text_encoder", "config.json"), text.Config);
        Json.Write(At("scheduler", "scheduler_config.json"), scheduler);
        tokenizer.Save(At("tokenizer"), text.Config.MaxPositionEmbeddings);
        WriteIndex(folder, unet.Config, autoencoder.Config, scheduler);
        if (manifest is not null) Json.Write(At("playground.json"), manifest);
    }

    internal static void WriteIndex(string folder, UNet2DConditionConfig unet, AutoencoderKLConfig autoencoder, SchedulerConfig scheduler)
    {
        var inpaints = unet.InChannels == 2 * autoencoder.LatentChannels + 1;
        Json.Write(Path.Combine(folder, "model_index.json"), new Dictionary<string, object>
        {
            ["_class_name"] = inpaints ? "StableDiffusionInpaintPipeline" : "StableDiffusionPipeline",
            ["_diffusers_version"] = unet.DiffusersVersion,
            ["feature_extractor"] = new string?[] { null, null },
            ["requires_safety_checker"] = false,
            ["safety_checker"] = new string?[] { null, null },
            ["scheduler"] = new[] { "diffusers", scheduler.ClassName },
            ["text_encoder"] = new[] { "transformers", "CLIPTextModel" },
            ["tokenizer"] = new[] { "transformers", "CLIPTokenizer" },
            ["unet"] = new[] { "diffusers", UNet2DConditionConfig.CurrentClassName },
            ["vae"] = new[] { "diffusers", AutoencoderKLConfig.CurrentClassName },
        });
    }

    internal static StableDiffusionParts Open(string folder)
    {
        if (!Directory.Exists(folder)) throw new PlaygroundException($"The model folder '{folder}' does not exist.");
        string At(params string[] path) => Path.Combine([folder, .. path]);
        if (ClassOf(folder) is { } name && !s_classes.Contains(name)) throw OtherModels.Refusal(name);
        string[] missing = [.. s_parts.Where(p => !File.Exists(At(p.Part, p.File))).Select(p => $"{p.Part}/{p.File}")];
        if (!Directory.Exists(At("tokenizer"))) missing = [.. missing, "tokenizer/"];
        if (missing.Length > 0)
            throw new PlaygroundException(
                $"'{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}' lacks {string.Join(", ", missing)}. "
                + "A Stable Diffusion folder has unet/, vae/, text_encoder/, tokenizer/ and scheduler/; copy the whole folder.");
        var scheduler = Json.Read<SchedulerConfig>(At("scheduler", "scheduler_config.json"));
        string[] known = [.. SamplerCatalog.All.Select(s => s.Scheduler).Distinct()];
        if (!known.Contains(scheduler.ClassName)) scheduler = scheduler with { ClassName = "PNDMScheduler" };
        return new StableDiffusionParts
        {
            Path = Path.GetFullPath(folder),
            UNet = Json.Read<UNet2DConditionConfig>(At("unet", "config.json")),
            Autoencoder = Json.Read<AutoencoderKLConfig>(At("vae", "config.json")),
            Text = Json.Read<ClipTextConfig>(At("text_encoder", "config.json")),
            Scheduler = scheduler,
            Tokenizer = ClipTokenizer.Load(At("tokenizer")),
            UNetWeights = ComponentFiles.Find(At("unet"), WeightsStem, "U-Net"),
            AutoencoderWeights = ComponentFiles.Find(At("vae"), WeightsStem, "autoencoder"),
            TextWeights = ComponentFiles.Find(At("text_encoder"), TextStem, "text encoder"),
            Manifest = ModelManifest.Read(At("playground.json")),
        }.Checked();
    }

    private static void Write(nn.Module network, string path, ScalarType? type, IReadOnlyDictionary<string, Tensor>? weights = null)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        SafetensorsFile.Write(path, network.named_parameters().ToDictionary(p => p.name, p => weights?[p.name] ?? p.parameter), type: type);
    }

    private static string? ClassOf(string folder)
    {
        var index = Path.Combine(folder, "model_index.json");
        if (!File.Exists(index)) return null;
        var text = FileReading.Of(index, () => File.ReadAllText(index));
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("_class_name", out var name) ? name.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw JsonFault.Of(index, text, e, "it must be an object whose _class_name is a text");
        }
    }
}
