using Playground.Core.Checkpoints;
using Playground.Core.Models;
using Playground.Core.Schedules;
using Playground.Core.Text;

namespace Playground.Core.Training;

/// <summary>
/// What a training over latents begins with: networks drawn from the seed over a trained autoencoder, or those of a model that it goes on
/// from. <see cref="UNet"/> and what follows are there once <see cref="Build"/> was called.
/// </summary>
internal abstract class LatentStart : IDisposable
{
    /// <summary>Frozen, in evaluation mode, on the default device.</summary>
    public abstract AutoencoderKL Autoencoder { get; }

    public abstract UNet2DConditionModel UNet { get; }

    public abstract ClipTextModel Text { get; }

    public abstract ClipTokenizer Tokenizer { get; }

    /// <summary>The schedule that the model is saved with.</summary>
    public abstract SchedulerConfig Scheduler { get; }

    /// <summary>Whether the text encoder is trained along.</summary>
    public abstract bool TrainsText { get; }

    /// <summary>The model that it goes on from; null: from scratch.</summary>
    public virtual ModelSummary? Parent => null;

    /// <summary>How one begins to draw with what comes out: guidance and prompts.</summary>
    public abstract ModelManifest Beginnings { get; }

    /// <summary>Makes the networks.</summary>
    /// <param name="captions">Of the data.</param>
    /// <param name="side">Height and width of the latents.</param>
    /// <exception cref="PlaygroundException">The networks do not fit each other.</exception>
    public abstract void Build(IReadOnlyList<string> captions, int side);

    /// <summary>How the loop begins with them; null: with weights drawn from the seed.</summary>
    /// <param name="network">The U-Net as <c>unet</c> and the text encoder as <c>text</c>.</param>
    public virtual TrainingStart? StartOf(CaptionedNetwork network) => null;

    /// <summary>Writes the model as it is now.</summary>
    public abstract void Save(string folder, ModelManifest manifest);

    /// <summary>What is known of where it comes from, with what this knows.</summary>
    public virtual ModelLineage? Completed(ModelLineage? lineage, long step) => lineage is null ? null : lineage with { Step = step };

    public abstract void Dispose();
}
