using Playground.Client.Contracts;
using Playground.Core.Checkpoints;

namespace Playground.Server.Models;

/// <summary>Which files of a Stable Diffusion folder are its parts: one variant of each network's weights, whole or in shards.</summary>
internal static class PipelineLayout
{
    private static readonly string[] s_variants = ["", ".fp16", ".bf16", ".non_ema", ".fp32"];

    private static readonly (string Folder, string Stem)[] s_networks = [("unet", "diffusion_pytorch_model"),
        ("vae", "diffusion_pytorch_model"), ("text_encoder", "model")];

    private static readonly string[] s_rest = ["scheduler/scheduler_config.json", "tokenizer/vocab.json", "tokenizer/merges.txt",
        "tokenizer/tokenizer_config.json", "tokenizer/special_tokens_map.json", "tokenizer/added_tokens.json"];

    private const string Wanted = "A Stable Diffusion folder has unet/, vae/, text_encoder/, tokenizer/ and scheduler/, as diffusers' "
        + "save_pretrained writes it";

    /// <summary>Whether files are those of a model that reads text.</summary>
    /// <param name="paths">Inside the model's folder.</param>
    public static bool Is(IReadOnlyCollection<string> paths) => paths.Any(p => p.StartsWith("text_encoder/", StringComparison.Ordinal)
        || p.StartsWith("vae/", StringComparison.Ordinal));

    /// <summary>The paths that are the model's, needed or not.</summary>
    /// <exception cref="RequestException">A part is missing or is not read.</exception>
    public static IReadOnlyList<string> PartsOf(IReadOnlyCollection<string> paths)
    {
        var parts = new List<string>();
        foreach (var (folder, stem) in s_networks)
        {
            Require(paths, $"{folder}/config.json");
            parts.Add($"{folder}/config.json");
            parts.AddRange(WeightsIn(paths, folder, stem));
        }
        Require(paths, s_rest[0]);
        if (!paths.Contains("tokenizer/vocab.json")) throw Missing("tokenizer/vocab.json");
        if (!paths.Contains("tokenizer/merges.txt")) throw Missing("tokenizer/merges.txt");
        parts.AddRange(s_rest.Where(paths.Contains));
        return parts;
    }

    /// <summary>Whether a path is one of a tokenizer's files, which are larger than other texts of a model.</summary>
    public static bool IsTokenizer(string path) => path.StartsWith("tokenizer/", StringComparison.Ordinal);

    private static List<string> WeightsIn(IReadOnlyCollection<string> paths, string folder, string stem)
    {
        foreach (var variant in s_variants)
        {
            var whole = $"{folder}/{stem}{variant}.safetensors";
            if (paths.Contains(whole)) return [whole];
            foreach (var index in new[] { $"{folder}/{stem}.safetensors.index{variant}.json",
                $"{folder}/{stem}{variant}.safetensors.index.json" })
            {
                // Which shards there are is in the index; that they are all there is checked with the weights.
                if (paths.Contains(index))
                    return [index, .. paths.Where(p => p.StartsWith($"{folder}/", StringComparison.Ordinal)
                        && p.EndsWith(".safetensors", StringComparison.Ordinal) && p.Contains("-of-", StringComparison.Ordinal))];
            }
        }
        if (paths.FirstOrDefault(p => p.StartsWith($"{folder}/", StringComparison.Ordinal) && ModelFiles.IsPickled(p)) is { } pickled)
            throw ModelRefusal.Invalid(ModelFiles.PickledSentence(pickled));
        throw Missing($"{folder}/{stem}.safetensors");
    }

    private static void Require(IReadOnlyCollection<string> paths, string path)
    {
        if (!paths.Contains(path)) throw Missing(path);
    }

    private static RequestException Missing(string path) => ModelRefusal.Invalid($"'{path}' is missing. {Wanted}; import all of it.");
}
