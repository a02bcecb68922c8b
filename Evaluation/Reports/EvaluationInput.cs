using Playground.Core;
using Playground.Core.Data.Sets;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Reports;

/// <summary>One side of an evaluation: pictures, or statistics that were taken before.</summary>
public sealed class EvaluationInput : IDisposable
{
    private EvaluationInput(string name, IPictureSet? pictures, StatisticsFile? statistics)
        => (Name, Pictures, Statistics) = (name, pictures, statistics);

    /// <summary>What the report calls it.</summary>
    public string Name { get; }

    public IPictureSet? Pictures { get; }

    public StatisticsFile? Statistics { get; }

    /// <param name="path">A folder, a .zip, a .npy, CIFAR's .bin, IDX files, or statistics in a .npz.</param>
    /// <exception cref="PlaygroundException">Nothing of these is there, or it is damaged.</exception>
    public static EvaluationInput Open(string path) => Path.GetExtension(path).Equals(".npz", StringComparison.OrdinalIgnoreCase)
        ? Of(path, StatisticsFile.Read(path))
        : Of(path, PictureSets.Open(path));

    /// <param name="name">What the report calls it.</param>
    /// <param name="pictures">Disposed with the input.</param>
    public static EvaluationInput Of(string name, IPictureSet pictures) => new(name, pictures, null);

    public static EvaluationInput Of(string name, StatisticsFile statistics) => new(name, null, statistics);

    public void Dispose() => Pictures?.Dispose();
}
