using System.Text.Json;
using Playground.Core.Checkpoints;
using Playground.Core.Models;

namespace Playground.Core.Pipelines.StableDiffusion;

/// <summary>Finds the weights of one part of a Stable Diffusion folder: whole or in shards, in one variant or another.</summary>
internal static class ComponentFiles
{
    private static readonly string[] s_variants = ["", ".fp16", ".bf16", ".non_ema", ".fp32"];

    /// <param name="folder">Such as <c>…/unet</c>.</param>
    /// <param name="stem">Such as <c>diffusion_pytorch_model</c>.</param>
    /// <param name="title">What it is called in messages.</param>
    /// <exception cref="PlaygroundException">There are none, they are pickled, or shards are missing.</exception>
    public static WeightSource Find(string folder, string stem, string title)
    {
        foreach (var variant in s_variants)
        {
            var whole = Path.Combine(folder, $"{stem}{variant}.safetensors");
            if (File.Exists(whole)) return Of(title, [whole]);
            var index = Path.Combine(folder, $"{stem}.safetensors.index{variant}.json");
            if (!File.Exists(index)) index = Path.Combine(folder, $"{stem}{variant}.safetensors.index.json");
            if (File.Exists(index)) return Of(title, Shards(index));
        }
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder).FirstOrDefault(ModelFiles.IsPickled) is { } pickled)
            throw new PlaygroundException(ModelFiles.PickledSentence(Path.GetFileName(pickled)));
        throw new PlaygroundException($"The weights of the {title} are missing: '{Path.GetFileName(folder)}/{stem}.safetensors'. Copy the "
            + "whole folder, or a single-file .safetensors.");
    }

    /// <summary>The tensors of some files under the names that diffusers and transformers use now.</summary>
    public static WeightSource Of(string title, IReadOnlyList<string> files)
    {
        var all = new List<KeyValuePair<string, StoredWeight>>();
        foreach (var file in files)
            foreach (var entry in SafetensorsFile.ReadHeader(file).Entries) all.Add(new(entry.Name, new StoredWeight(file, entry)));
        if (all.Select(a => a.Key).Distinct().Count() != all.Count)
            throw new PlaygroundException($"The shards of the {title} hold a tensor twice. Copy the folder again from its source.");
        return new WeightSource(title, Renamed(all, Path.GetFileName(files[0])));
    }

    // Attention had other names before diffusers 0.16, and the text encoder has no prefix since transformers 5.6.
    private static Dictionary<string, StoredWeight> Renamed(List<KeyValuePair<string, StoredWeight>> all, string file)
    {
        var bare = all.Exists(a => a.Key == "embeddings.token_embedding.weight");
        return WeightNames.Current(all.Select(a => bare ? new("text_model." + a.Key, a.Value) : a), file);
    }

    private static string[] Shards(string index)
    {
        var text = FileReading.Of(index, () => File.ReadAllText(index));
        try
        {
            using var json = JsonDocument.Parse(text);
            string[] names = [.. json.RootElement.GetProperty("weight_map").EnumerateObject().Select(p => p.Value.GetString() ?? "")
                .Distinct()];
            foreach (var name in names)
            {
                if (name.Length == 0 || name != Path.GetFileName(name)) throw new PlaygroundException(
                    $"'{Path.GetFileName(index)}' names the shard '{name}', which is not a file beside it.");
                if (!File.Exists(Path.Combine(Path.GetDirectoryName(index)!, name))) throw new PlaygroundException(
                    $"The shard '{name}', which '{Path.GetFileName(index)}' names, is missing. Copy the whole folder.");
            }
            return [.. names.Select(n => Path.Combine(Path.GetDirectoryName(index)!, n))];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw JsonFault.Of(index, text, e, "its weight_map must be an object that names a file for each tensor");
        }
    }
}
