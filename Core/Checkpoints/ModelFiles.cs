namespace Playground.Core.Checkpoints;

/// <summary>Where the parts of a diffusers folder lie; without <c>unet/</c> the network is at the root.</summary>
public sealed record ModelFiles(string Index, string Manifest, string Config, string Weights, string Scheduler)
{
    /// <summary>What diffusers calls the weights.</summary>
    public const string WeightsName = "diffusion_pytorch_model.safetensors";

    /// <summary>What diffusers calls the weights in half precision.</summary>
    public const string HalfWeightsName = "diffusion_pytorch_model.fp16.safetensors";

    private static readonly string[] s_pickled = [".bin", ".ckpt", ".pt", ".pth", ".pkl"];

    /// <summary>Whether a file of that name is pickled: reading it would run whatever code is in it.</summary>
    public static bool IsPickled(string name) => s_pickled.Contains(Path.GetExtension(name).ToLowerInvariant());

    /// <summary>Why a pickled file is not read, and how to convert it.</summary>
    public static string PickledSentence(string name)
        => $"'{name}' is pickled: reading it would run whatever code is in it, so it is not read. Convert it where you trust it, with "
        + $"diffusers' save_pretrained(…, safe_serialization=True), to '{WeightsName}'.";

    /// <summary>Why weights in several files are not read.</summary>
    public static string SplitSentence
        => $"The weights are split into several files ('{WeightsName}.index.json'). Save them as one '{WeightsName}'.";

    /// <summary>Where the parts are to be written.</summary>
    public static ModelFiles At(string folder, bool nested = true)
    {
        var unet = nested ? Path.Combine(folder, "unet") : folder;
        var scheduler = nested ? Path.Combine(folder, "scheduler") : folder;
        return new ModelFiles(Path.Combine(folder, "model_index.json"), Path.Combine(folder, "playground.json"),
            Path.Combine(unet, "config.json"),
            Path.Combine(unet, WeightsName), Path.Combine(scheduler, "scheduler_config.json"));
    }

    /// <summary>Where the parts are in a folder that is there.</summary>
    /// <exception cref="PlaygroundException">There is no such folder, or its weights are pickled or in pieces.</exception>
    public static ModelFiles Find(string folder)
    {
        if (!Directory.Exists(folder)) throw new PlaygroundException(
            $"The model folder '{folder}' does not exist. Give a folder that holds model_index.json and unet/.");
        var files = At(folder, nested: Directory.Exists(Path.Combine(folder, "unet")));
        var scheduler = Path.Combine(folder, Directory.Exists(Path.Combine(folder, "scheduler")) ? "scheduler" : "",
            "scheduler_config.json");
        return files with { Scheduler = scheduler, Weights = FindWeights(files.Weights) };
    }

    private static string FindWeights(string path)
    {
        var half = Path.Combine(Path.GetDirectoryName(path)!, HalfWeightsName);
        if (File.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path))) return path;
        if (File.Exists(half)) return half;
        if (File.Exists(path + ".index.json"))
            throw new PlaygroundException(SplitSentence);
        if (Directory.EnumerateFiles(Path.GetDirectoryName(path)!).FirstOrDefault(IsPickled) is { } pickled)
            throw new PlaygroundException(PickledSentence(Path.GetFileName(pickled)));
        return path;
    }
}
