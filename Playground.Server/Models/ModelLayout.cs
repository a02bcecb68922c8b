using Playground.Client.Contracts;
using Playground.Core.Checkpoints;
using Playground.Core.Data.Archives;

namespace Playground.Server.Models;

/// <summary>A file that came for an import.</summary>
/// <param name="Path">Cleaned, with '/'.</param>
/// <param name="Open">Its bytes; null where its sender names it and keeps it.</param>
internal sealed record ImportFile(string Path, Func<Stream>? Open);

/// <summary>Which of the files that came make up the model.</summary>
/// <param name="Folder">The folder that they lay in; empty at the top.</param>
/// <param name="Taken">By their paths in diffusers' layout.</param>
/// <param name="LeftOut">The others, each with the reason.</param>
internal sealed record ModelPlan(string Folder, IReadOnlyDictionary<string, ImportFile> Taken, IReadOnlyList<string> LeftOut);

/// <summary>Finds a model among the files that came, with <c>unet/</c> or with the network at the root.</summary>
internal static class ModelLayout
{
    public const string Index = "model_index.json", Manifest = "playground.json", Config = "unet/config.json",
        Scheduler = "scheduler/scheduler_config.json";
    private const int Listed = 20;
    private const string Wanted =
        $"A model is a folder or zip with {Config}, unet/{ModelFiles.WeightsName} and {Scheduler}, as diffusers' save_pretrained writes it";

    /// <exception cref="RequestException">There is no model, there are several, or a part is missing or is not read.</exception>
    public static ModelPlan Plan(IReadOnlyList<ImportFile> files)
    {
        if (files.GroupBy(f => f.Path).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Invalid($"'{twice.Key}' came twice. Keep one of them.");
        var root = RootOf([.. files.Select(f => f.Path)]);
        var inside = files.Where(f => f.Path.StartsWith(root, StringComparison.Ordinal)).ToDictionary(f => f.Path[root.Length..]);
        if (PipelineLayout.Is(inside.Keys)) return PlanPipeline(files, root, inside);
        var unet = inside.Keys.Any(p => p.StartsWith("unet/", StringComparison.Ordinal)) ? "unet/" : "";
        var weights = WeightsIn(inside.Keys, unet);
        var scheduler = inside.ContainsKey(Scheduler) ? Scheduler : "scheduler_config.json";
        var parts = new Dictionary<string, string>
        {
            [Index] = Index,
            [unet + "config.json"] = Config,
            [unet + weights] = "unet/" + weights,
            [scheduler] = Scheduler,
            [ModelCard.FileName] = ModelCard.FileName,
            [Manifest] = Manifest,
        };
        foreach (var image in ModelImages.Of(inside.Keys)) parts[image] = image;
        var taken = parts.Where(p => inside.TryGetValue(p.Key, out var file) && file.Open is not null)
            .ToDictionary(p => p.Value, p => inside[p.Key]);
        foreach (var needed in new[] { Config, Scheduler, "unet/" + weights })
            if (!taken.ContainsKey(needed)) throw Invalid($"'{needed}' is missing. {Wanted}.");
        var others = files.Except(taken.Values).Select(f => f.Path).Where(p => !EntryPath.IsSystem(p)).Order(StringComparer.Ordinal)
            .ToList();
        return new ModelPlan(root.TrimEnd('/').Split('/')[^1], taken, LeftOut(others));
    }

    private static ModelPlan PlanPipeline(IReadOnlyList<ImportFile> files, string root, Dictionary<string, ImportFile> inside)
    {
        string[] sent = [.. inside.Where(f => f.Value.Open is not null).Select(f => f.Key)];
        string[] adorning = [Index, ModelCard.FileName, Manifest, .. ModelImages.Of(sent)];
        var taken = PipelineLayout.PartsOf(sent).Concat(adorning.Where(sent.Contains)).ToDictionary(p => p, p => inside[p]);
        var others = files.Except(taken.Values).Select(f => f.Path).Where(p => !EntryPath.IsSystem(p)).Order(StringComparer.Ordinal)
            .ToList();
        return new ModelPlan(root.TrimEnd('/').Split('/')[^1], taken, LeftOut(others));
    }

    private static List<string> LeftOut(List<string> others)
    {
        List<string> lines = [.. others.Take(Listed)
            .Select(p => ModelFiles.IsPickled(p) ? $"{p}: pickled, so it was not read" : $"{p}: not a part of the model")];
        if (others.Count > Listed) lines.Add($"and {others.Count - Listed} more");
        return lines;
    }

    // The index marks the folder, else the network does.
    private static string RootOf(IReadOnlyList<string> paths)
    {
        foreach (var mark in new[] { Index, "text_encoder/config.json", Config, "config.json", "unet/" + ModelFiles.WeightsName,
            ModelFiles.WeightsName })
        {
            var folders = paths.Where(p => p == mark || p.EndsWith("/" + mark, StringComparison.Ordinal)).Select(p => p[..^mark.Length])
                .GroupBy(p => p.Count(c => c == '/')).MinBy(g => g.Key)?.ToList();
            if (folders is [var one]) return one;
            if (folders is not null)
                throw Invalid(
                    $"Several models came at once: {string.Join(", ", folders.Take(5).Select(f => $"'{f.TrimEnd('/')}'"))}. Import them "
                        + "one at a time.");
        }
        if (paths.FirstOrDefault(ModelFiles.IsPickled) is { } pickled) throw Invalid(ModelFiles.PickledSentence(pickled));
        if (paths.FirstOrDefault(p => Path.GetExtension(p).Equals(".safetensors", StringComparison.OrdinalIgnoreCase)) is { } weights)
            throw Invalid(
                $"'{weights}' is weights alone among other files: nothing says which network they are of. {Wanted}; a single file of "
                    + "Stable "
                + "Diffusion is imported alone.");
        throw Invalid($"There is no model in what came. {Wanted}.");
    }

    private static string WeightsIn(IEnumerable<string> paths, string unet)
    {
        string[] here = [.. paths.Where(p => p.StartsWith(unet, StringComparison.Ordinal)).Select(p => p[unet.Length..])
            .Where(p => !p.Contains('/'))];
        if (here.Contains(ModelFiles.WeightsName)) return ModelFiles.WeightsName;
        if (here.Contains(ModelFiles.HalfWeightsName)) return ModelFiles.HalfWeightsName;
        if (here.Contains(ModelFiles.WeightsName + ".index.json")) throw Invalid(ModelFiles.SplitSentence);
        if (here.FirstOrDefault(p => p.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)) is { } other)
            throw Invalid(
                $"'{unet}{other}' is not the name that diffusers gives the weights; call it '{unet}{ModelFiles.WeightsName}' if it is the "
                    + "whole network.");
        if (here.FirstOrDefault(ModelFiles.IsPickled) is { } pickled) throw Invalid(ModelFiles.PickledSentence(unet + pickled));
        throw Invalid($"'{unet}{ModelFiles.WeightsName}' is missing. {Wanted}.");
    }

    private static RequestException Invalid(string message) => ModelRefusal.Invalid(message);
}
