using Playground.Core.Checkpoints;
using Playground.Core.Models;
using Playground.Core.Models.Lora;
using Playground.Core.Training;

namespace Playground.Server.Trainings;

/// <summary>What a sound request comes to: its data, open, and its network or the model that it goes on from.</summary>
/// <param name="Data">Disposed with this.</param>
/// <param name="Options">Checked.</param>
/// <param name="Config">The network to train from scratch; null where <paramref name="Model"/> is given.</param>
/// <param name="Model">The model to go on from.</param>
/// <param name="Lora">With <paramref name="Model"/>: adapters.</param>
/// <param name="Conditional">Whether the data's classes are learned.</param>
internal sealed record TrainingPlan(TrainingData Data, TrainingOptions Options, UNet2DConfig? Config, ModelSummary? Model,
    LoraOptions? Lora, bool Conditional) : IDisposable
{
    /// <summary>What is trained on captions; null: a model of images alone.</summary>
    public TextPlan? Text { get; init; }

    /// <summary>The folder that the training goes on from or over, of which it keeps a copy; null: none.</summary>
    public string? Base => Text?.From ?? Model?.Folder;

    /// <summary>The trainer, at its beginning. On the device's thread.</summary>
    /// <param name="folder">Where it keeps its checkpoints.</param>
    /// <param name="model">Where what it goes on from lies now; null: where it is installed.</param>
    public ITrainer CreateTrainer(string folder, string? model = null) => Text is { } text
        ? text.CreateTrainer(Data.Pictures, Options, folder, model)
        : Model is null
        ? new Trainer(Data.Pictures, Config!, Options, folder)
        : Trainer.FromModel(model ?? Model.Folder, Data.Pictures, Options, folder, Conditional, Lora);

    public void Dispose() => Data.Dispose();
}
