using Playground.Core.Models;
using Playground.Core.Schedules;

namespace Playground.Core.Checkpoints;

/// <summary>A network in memory with its schedule. Disposing it frees the weights.</summary>
public sealed class DiffusionModel(UNet2D network, SchedulerConfig scheduler, ModelSummary summary) : IDisposable
{
    public UNet2D Network { get; } = network;

    public UNet2DConfig Config => Network.Config;

    public SchedulerConfig Scheduler { get; } = scheduler;

    public ModelSummary Summary { get; } = summary;

    /// <summary>First ten hexadecimal digits of the weights' SHA-256.</summary>
    public string Hash => Summary.Hash;

    public int SampleSize => Config.SampleSize;

    public int Channels => Config.InChannels;

    /// <summary>Number of classes; null when unconditional.</summary>
    public int? Classes => Summary.Classes;

    public int TrainTimesteps => Scheduler.NumTrainTimesteps;

    public void Dispose() => Network.Dispose();
}
