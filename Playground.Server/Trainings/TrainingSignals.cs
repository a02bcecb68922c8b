using System.Collections.Concurrent;
using Playground.Client.Contracts;

namespace Playground.Server.Trainings;

/// <summary>What a training's owner wants of it.</summary>
internal enum TrainingCommand
{
    GoOn,
    Pause,
    Stop,
}

/// <summary>What reaches a run from its owner; it looks between two steps.</summary>
internal sealed class TrainingSignals
{
    private volatile TrainingCommand _wish;
    private volatile int _steps;
    private volatile Remark? _reason;

    public TrainingCommand Wish
    {
        get => _wish;
        set => _wish = value;
    }

    /// <summary>Why the training is paused, where its owner did not ask for it.</summary>
    public Remark? Reason
    {
        get => _reason;
        set => _reason = value;
    }

    /// <summary>Steps in all; 0: as the request says.</summary>
    public int Steps
    {
        get => _steps;
        set => _steps = value;
    }
}

/// <summary>The signals of the trainings that run.</summary>
internal sealed class TrainingSignalBoard
{
    private readonly ConcurrentDictionary<string, TrainingSignals> _running = new();

    public TrainingSignals? Find(string job) => _running.GetValueOrDefault(job);

    public TrainingSignals Begin(string job) => _running[job] = new TrainingSignals();

    public void End(string job) => _running.TryRemove(job, out _);
}
