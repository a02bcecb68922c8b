using Playground.Core.Checkpoints;
using Playground.Core.Generation.Lora;
using Playground.Core.Models;
using static TorchSharp.torch;

namespace Playground.Core.Pipelines.StableDiffusion;

/// <summary>Tells whether a LoRA goes with a model by names and shapes alone; no weights are read.</summary>
public static class LoraFit
{
    /// <summary>Checks that a file is a LoRA, and every number of it, one tensor at a time.</summary>
    /// <param name="lora">A <c>.safetensors</c> file.</param>
    /// <returns>How many tensors it holds.</returns>
    /// <exception cref="PlaygroundException">It is no LoRA, of another form, truncated, or holds NaN or infinity.</exception>
    public static int Verify(string lora)
    {
        var header = LoraWeights.HeaderOf(lora);
        using var guard = no_grad();
        SafetensorsFile.Each(lora, (name, tensor) =>
        {
            if (tensor.is_floating_point() && !tensor.isfinite().all().item<bool>())
                throw new PlaygroundException($"The LoRA's tensor '{name}' holds NaN or infinity: its training diverged, or the file is "
                    + "damaged. Use another copy.");
        });
        return header.Entries.Count;
    }

    /// <summary>How many tensors a LoRA's file holds, by its header.</summary>
    /// <exception cref="PlaygroundException">It is no LoRA, or of another form.</exception>
    public static int Count(string lora) => LoraWeights.HeaderOf(lora).Entries.Count;

    /// <param name="model">A Stable Diffusion folder, or that in a single file.</param>
    /// <param name="lora">A <c>.safetensors</c> file.</param>
    /// <returns>How many layers it changes, and which of its tensors belong to none.</returns>
    /// <exception cref="PlaygroundException">It is no LoRA, or one for another model; the message says which.</exception>
    public static LoraReport Of(string model, string lora)
    {
        var parts = File.Exists(model) ? StableDiffusionFile.Open(model) : StableDiffusionFolder.Open(model);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        // Networks without values: their memory is never touched.
        using var unet = new UNet2DConditionModel(parts.UNet);
        using var text = new ClipTextModel(parts.Text);
        var weights = LoraWeights.Open(lora, unet, text);
        return new LoraReport(Path.GetFileName(lora), weights.Changes.Count, weights.Unmatched);
    }
}
