namespace Playground.Core.Checkpoints;

/// <summary>Where the parts of a diffusers folder lie; without <c>unet/</c> the network is at the root.</summary>
internal sealed record ModelFiles(string Index, string Manifest, string Config, string Weights, string Scheduler)
{
    public static ModelFiles At(string folder, bool nested = true)
    {
        var unet = nested ? Path.Combine(folder, "unet") : folder;
        var scheduler = nested ? Path.Combine(folder, "scheduler") : folder;
        return new ModelFiles(Path.Combine(folder, "model_index.json"), Path.Combine(folder, "playground.json"), Path.Combine(unet, "config.json"),
            Path.Combine(unet, "diffusion_pytorch_model.safetensors"), Path.Combine(scheduler, "scheduler_config.json"));
    }

    public static ModelFiles Find(string folder)
    {
        if (!Directory.Exists(folder)) throw new PlaygroundException($"The model folder '{folder}' does not exist. Give a folder that holds model_index.json and unet/.");
        return At(folder, nested: Directory.Exists(Path.Combine(folder, "unet")));
    }
}
