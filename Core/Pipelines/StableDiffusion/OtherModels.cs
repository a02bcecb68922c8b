using Playground.Core.Checkpoints;
namespace Playground.Core.Pipelines.StableDiffusion;

/// <summary>Models from texts that are not Stable Diffusion 1 or 2, recognized so that they can be refused by name.</summary>
internal static class OtherModels
{
    private const string Wanted = "Use a model of Stable Diffusion 1 or 2.";

    // How a pipeline's class begins → what people call it; longer beginnings first.
    private static readonly (string Class, string Title)[] s_pipelines =
    [
        ("StableDiffusionXL", "Stable Diffusion XL"), ("StableDiffusion3", "Stable Diffusion 3"),
        ("StableDiffusionControlNet", "a ControlNet"), ("StableDiffusionInstructPix2Pix", "InstructPix2Pix"),
        ("StableDiffusionUpscale", "Stable Diffusion's upscaler"), ("StableDiffusionLatentUpscale", "Stable Diffusion's latent upscaler"),
        ("StableDiffusionDepth2Img", "Stable Diffusion with depth"),
        ("StableDiffusionImageVariation", "Stable Diffusion's image variations"),
        ("StableCascade", "Stable Cascade"), ("Flux", "Flux"), ("PixArt", "PixArt"), ("Kandinsky", "Kandinsky"),
        ("LatentConsistency", "a latent consistency model"), ("Wuerstchen", "Würstchen"), ("AuraFlow", "AuraFlow"), ("Sana", "Sana"),
        ("HunyuanDiT", "Hunyuan-DiT"), ("Lumina", "Lumina"), ("IF", "DeepFloyd IF"), ("QwenImage", "Qwen-Image"), ("Chroma", "Chroma"),
        ("LDMTextToImage", "the first latent diffusion model"),
    ];

    // A piece of a tensor's name → what people call the model that has it.
    private static readonly (string Piece, string Title)[] s_tensors =
    [
        ("conditioner.embedders.1.model.", "Stable Diffusion XL"), ("conditioner.embedders.0.model.", "Stable Diffusion XL's refiner"),
        ("joint_blocks.", "Stable Diffusion 3"), ("double_blocks.", "Flux"), ("single_transformer_blocks.", "Flux"),
        ("add_embedding.linear_1.", "Stable Diffusion XL"), ("label_emb.", "Stable Diffusion XL"),
        ("control_model.", "a ControlNet"), ("adaln_single.", "PixArt"), ("caption_projection.", "a diffusion transformer"),
    ];

    public static PlaygroundException Refusal(string pipeline)
    {
        var title = s_pipelines.FirstOrDefault(p => pipeline.StartsWith(p.Class, StringComparison.Ordinal)).Title;
        return new($"This is {(title is null ? "another kind of model" : title)} ({pipeline}), which is not supported. {Wanted}");
    }

    /// <summary>Null where no other model is recognized by the names of its tensors.</summary>
    public static PlaygroundException? RefusalOf(IReadOnlyCollection<string> tensors, string file)
    {
        foreach (var (piece, title) in s_tensors)
        {
            if (tensors.Any(t => t.Contains(piece, StringComparison.Ordinal)))
                return new($"'{file}' is {title}, which is not supported. {Wanted}");
        }
        if (tensors.Any(t => t.Contains("lora", StringComparison.Ordinal)))
            return new($"'{file}' is a LoRA, not a model: it changes a model of Stable Diffusion. Load that, and give this file with it.");
        return null;
    }
}
