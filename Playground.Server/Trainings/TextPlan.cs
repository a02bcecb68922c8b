using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
using Playground.Core.Training;

namespace Playground.Server.Trainings;

/// <summary>
/// A training on images and captions: of an autoencoder, of a model over one's latents, or of a model that is gone on from.
/// </summary>
internal sealed record TextPlan
{
    /// <summary>The autoencoder to train; null where a model over latents is trained.</summary>
    public AutoencoderKLConfig? Autoencoder { get; init; }

    /// <summary>The U-Net over latents, and its text encoder.</summary>
    public UNet2DConditionConfig? UNet { get; init; }

    public ClipTextConfig? Text { get; init; }

    /// <summary>The folder of the trained autoencoder whose latents are learned, or of the model that is gone on from.</summary>
    public string? From { get; init; }

    /// <summary>Whether <see cref="From"/> is a model that is gone on from.</summary>
    public bool IsTuning { get; init; }

    /// <summary>With <see cref="IsTuning"/>: adapters; null: all weights.</summary>
    public LoraOptions? Lora { get; init; }

    /// <summary>With <see cref="IsTuning"/>: whether the text encoder is trained too.</summary>
    public bool TrainsEncoder { get; init; }

    /// <summary>A file for the latents, named by the content that they are of.</summary>
    public string? Latents { get; init; }

    public IReadOnlyList<string> Captions { get; init; } = [];

    public IReadOnlyList<string> Prompts { get; init; } = [];

    public int Tokens { get; init; }

    /// <summary>What previews are drawn from: the prompts, or captions of the data.</summary>
    public IReadOnlyList<string> PromptsFor(IPictureDataset data, int count)
    {
        if (Autoencoder is not null) return [];
        if (Prompts.Count > 0) return Prompts;
        var all = CaptionsOf(data).Captions;
        return [.. Enumerable.Range(0, Math.Min(count, all.Count)).Select(i => all[(int)((long)i * all.Count / count)][0]).Distinct()];
    }

    /// <summary>The trainer, at its beginning. On the device's thread.</summary>
    /// <param name="data">Images, with captions where a model is trained.</param>
    /// <param name="options">Checked.</param>
    /// <param name="folder">Where it keeps its checkpoints.</param>
    /// <param name="from">Where the autoencoder or the model lies now; null: where it was found.</param>
    public ITrainer CreateTrainer(IPictureDataset data, TrainingOptions options, string folder, string? from)
    {
        if (Autoencoder is { } config) return new AutoencoderTrainer(data, config, options, new AutoencoderObjective(), folder);
        var images = CaptionsOf(data);
        if (IsTuning) return TextToImageTrainer.FromModel(from ?? From!, images, options, folder, Lora, TrainsEncoder, Latents);
        return new TextToImageTrainer(images, from ?? From!, UNet!, Text!, Tokens, options, folder, Latents)
        { TextSteps = TextToImageTrainer.TextStepsFor(images) };
    }

    private StoredCaptions CaptionsOf(IPictureDataset data) => data is StoredDataset stored ? new StoredCaptions(stored, Captions)
        : throw new PlaygroundException("These images have no captions; make a data set of images with captions.");
}
