namespace Playground.Core.Checkpoints;

/// <summary>Where the parts of a diffusers folder lie; without <c>unet/</c> the network is at the root.</summary>
internal sealed record ModelFiles(string Index, string Manifest, string Config, string Weights, string Scheduler)
{
    private const string WeightsName = "diffusion_pytorch_model.safetensors";
    private static readonly string[] s_pickled = [".bin", ".ckpt", ".pt", ".pth", ".pkl"];

    public static ModelFiles At(string folder, bool nested = true)
    {
        var unet = nested ? Path.Combine(folder, "unet") : folder;
        var scheduler = nested ? Path.Combine(folder, "scheduler") : folder;
        return new ModelFiles(Path.Combine(folder, "model_index.json"), Path.Combine(folder, "playground.json"), Path.Combine(unet, "config.json"),
            Path.Combine(unet, WeightsName), Path.Combine(scheduler, "scheduler_config.json"));
    }

    /// <exception cref="PlaygroundException">There is no such folder, or its weights are pickled or in pieces.</exception>
    public static ModelFiles Find(string folder)
    {
        if (!Directory.Exists(folder)) throw new PlaygroundException($"The model folder '{folder}' does not exist. Give a folder that holds model_index.json and unet/.");
        var files = At(folder, nested: Directory.Exists(Path.Combine(folder, "unet")));
        var scheduler = Path.Combine(folder, Directory.Exists(Path.Combine(folder, "scheduler")) ? "scheduler" : "", "scheduler_config.json");
        return files with { Scheduler = scheduler, Weights = FindWeights(files.Weights) };
    }

    private static string FindWeights(string path)
    {
        var half = Path.ChangeExtension(path, ".fp16.safetensors");
        if (File.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path))) return path;
        if (File.Exists(half)) return half;
        if (File.Exists(path + ".index.json"))
            throw new PlaygroundException($"The weights are split into several files ('{WeightsName}.index.json'). Save them as one '{WeightsName}'.");
        if (Directory.EnumerateFiles(Path.GetDirectoryName(path)!).FirstOrDefault(f => s_pickled.Contains(Path.GetExtension(f))) is { } pickled)
            throw new PlaygroundException($"'{Path.GetFileName(pickled)}' is pickled: reading it would run whatever code is in it, so it is not read. Convert it where you trust it, with diffusers' save_pretrained(…, safe_serialization=True), to '{WeightsName}'.");
        return path;
    }
}
