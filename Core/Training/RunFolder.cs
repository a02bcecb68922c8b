using Playground.Core.Data;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>
/// Whose the checkpoints of a training's folder are: a run goes on from its own alone, on the data that it learned from, and never writes
/// among those of another.
/// </summary>
/// <param name="folder">Where the checkpoints are.</param>
/// <param name="data">What the run learns from; read as a whole when the first checkpoint is written or opened.</param>
internal sealed class RunFolder(string folder, IExamples data)
{
    private readonly Lazy<DataFingerprint> _fingerprint = new(() => DataFingerprint.Of(data));
    private string _run = Guid.NewGuid().ToString("N");
    private bool _resumed;

    /// <summary>The newest checkpoint: where it is, its state, and its tensors, which are the caller's scope's.</summary>
    /// <param name="recipe">What must be the same for the run to go on as it would have.</param>
    /// <exception cref="PlaygroundException">There is none, it is of another training, or was made on other data.</exception>
    public (string Path, TrainingState State, IReadOnlyDictionary<string, Tensor> Tensors) Open(
        IReadOnlyDictionary<string, string> recipe)
    {
        var checkpoint = TrainingCheckpoint.Latest(folder)
            ?? throw new PlaygroundException($"'{folder}' holds no checkpoint to resume; leave --resume out to start anew.");
        var (state, tensors) = TrainingCheckpoint.Load(checkpoint);
        TrainingRecipe.Compare(state, recipe);
        if (state.Fingerprint?.Differences(_fingerprint.Value) is { Count: > 0 } changes)
            throw new PlaygroundException(
                $"The checkpoint was made on other data: {string.Join("; ", changes)}. Give the data as they were "
                + "to resume it, or another --out to start anew.");
        return (checkpoint, state, tensors);
    }

    /// <summary>The run goes on as the one that the state is of.</summary>
    public void Adopt(TrainingState state)
    {
        if (state.Run.Length > 0) _run = state.Run;
        _resumed = true;
    }

    /// <summary>Two runs in one folder would delete each other's checkpoints, and be resumed as one.</summary>
    /// <exception cref="PlaygroundException">The folder holds checkpoints of another run, which this one does not resume.</exception>
    public void RequireAlone()
    {
        if (_resumed || TrainingCheckpoint.OfAnother(folder, _run) is not { } other) return;
        throw new PlaygroundException($"'{folder}' holds checkpoints of another training, up to step {TrainingCheckpoint.StepOf(other)}. "
            + "Resume it (--resume), give another folder, or have it deleted (--overwrite).");
    }

    /// <summary>A state to be written, as this run's.</summary>
    public TrainingState Sign(TrainingState state)
        => state with { Run = _run, Saved = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Fingerprint = _fingerprint.Value };
}
