using Playground.Core.Checkpoints;
using Playground.Core.Schedules;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Playground.Core.Training;

/// <summary>What a training begins with, where that is not a network drawn from the seed.</summary>
/// <param name="Scheduler">The schedule and the parameterization that the weights are of.</param>
/// <param name="Origin">Which weights these are, to tell one training from another.</param>
/// <param name="Prepare">Fills the network and returns the parameters that are trained; what is drawn comes from the training's own
/// stream.</param>
internal sealed record TrainingStart(SchedulerConfig Scheduler, string Origin,
    Func<Generator, IEnumerable<(string name, Parameter parameter)>> Prepare)
{
    /// <summary><see cref="Origin"/> of weights drawn from the seed.</summary>
    public const string Scratch = "scratch";
}
