using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Pipelines.StableDiffusion;

namespace Playground.Core.Pipelines;

/// <summary>Loads any model that can be sampled: a folder of images alone, a Stable Diffusion folder, or that in a single file.</summary>
public static class ModelLoader
{
    /// <exception cref="PlaygroundException">It is no model, of another kind, or damaged.</exception>
    public static SampledModel Load(string path)
        => File.Exists(path) ? StableDiffusionFile.Load(path)
            : StableDiffusionFolder.Is(path) ? StableDiffusionFolder.Load(path)
            : ModelFolder.Load(path);

    /// <summary>What can be said of it without reading the weights.</summary>
    /// <exception cref="PlaygroundException">As for <see cref="Load"/>.</exception>
    public static ModelSummary Describe(string path)
        => File.Exists(path) ? StableDiffusionFile.Describe(path)
            : StableDiffusionFolder.Is(path) ? StableDiffusionFolder.Describe(path)
            : ModelCatalog.Describe(path);
}
