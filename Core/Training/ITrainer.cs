using Playground.Core.Checkpoints;
using Playground.Core.Generation;
using Playground.Core.Imaging;

namespace Playground.Core.Training;

/// <summary>A training of any kind, a step at a time. Use it on one thread.</summary>
public interface ITrainer : IDisposable
{
    /// <summary>Steps done so far.</summary>
    long Step { get; }

    /// <inheritdoc cref="TrainingLoop.Steps"/>
    int Steps { get; set; }

    /// <summary>What of the model had to be changed for the data, as a sentence; null: nothing.</summary>
    string? Note { get; }

    /// <summary>Number of the weights of all networks that are saved.</summary>
    long AllParameters { get; }

    /// <summary>Number of weights that are trained.</summary>
    long TrainedParameters { get; }

    /// <summary>Continues from the newest checkpoint.</summary>
    /// <exception cref="PlaygroundException">There is none, or it is of another training.</exception>
    void Resume();

    /// <summary>A little of what comes before the first step, where anything does. Writes nothing; a training that is resumed has it behind
    /// it, and one that is stopped before its first step does it anew.</summary>
    /// <returns>How far it is; null: the first step may follow.</returns>
    /// <exception cref="DivergedException">The loss became NaN or infinite.</exception>
    CaptionProgress? Prepare() => null;

    /// <summary>One step. Writes nothing.</summary>
    /// <exception cref="DivergedException">The loss became NaN or infinite; the weights are those from before the step.</exception>
    TrainingProgress Advance();

    /// <summary>Writes a checkpoint of the present step.</summary>
    /// <exception cref="StorageException">It cannot be written; those before it stay.</exception>
    void SaveCheckpoint();

    /// <summary>Writes what has been learned, the averaged weights where there are any.</summary>
    /// <param name="folder">Created where it is missing.</param>
    /// <param name="lineage">What is known of the data; the step is added.</param>
    void SaveModel(string folder, ModelLineage? lineage = null);

    /// <summary>Begins to show what has been learned. Until it is disposed, nothing else may be asked of the trainer.</summary>
    /// <exception cref="PlaygroundException">The request does not fit the model.</exception>
    ITrainingPreview Preview(SamplingRequest request);
}

/// <summary>Images that show what a training has learned, made a little at a time. Disposing it gives the weights back.</summary>
public interface ITrainingPreview : IDisposable
{
    /// <summary>Whether <see cref="Pictures"/> can be had.</summary>
    bool IsFinished { get; }

    /// <summary>The next part of the work.</summary>
    /// <exception cref="PlaygroundException">The prediction holds NaN or infinity.</exception>
    void Advance();

    /// <summary>The images, once it is finished.</summary>
    PictureBatch Pictures();
}
