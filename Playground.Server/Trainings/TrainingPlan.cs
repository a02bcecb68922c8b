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
    /// <summary>The trainer, at its beginning. On the device's thread.</summary>
    /// <param name="folder">Where it keeps its checkpoints.</param>
    /// <param name="model">Where the model to go on from lies now; null: where it is installed.</param>
    public Trainer CreateTrainer(string folder, string? model = null) => Model is null
        ? new Trainer(Data.Pictures, Config!, Options, folder)
        : Trainer.FromModel(model ?? Model.Folder, Data.Pictures, Options, folder, Conditional, Lora);

    public void Dispose() => Data.Dispose();
}
