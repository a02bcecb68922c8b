namespace Playground.Evaluation.Metrics;

/// <summary>One number of a report, with what is needed to judge it.</summary>
/// <param name="Id">Its key in JSON and on the command line, such as <c>fid</c>.</param>
/// <param name="Name">Its name in words.</param>
/// <param name="Value">The number; null where it could not be computed, and then a warning says why.</param>
public sealed record MetricScore(string Id, string Name, double? Value)
{
    /// <summary>Whether less is better.</summary>
    public bool LowerIsBetter { get; init; }

    /// <summary>Standard deviation over subsets or splits, where the metric's authors report one.</summary>
    public double? Deviation { get; init; }

    /// <summary>Where another sample's score would fall; null where that cannot be told.</summary>
    public Interval? Interval { get; init; }

    /// <summary>How it was computed; null where nothing was.</summary>
    public Remark? Method { get; init; }

    /// <summary>What makes the number less than it seems, a sentence each.</summary>
    public IReadOnlyList<Remark> Warnings { get; init; } = [];
}
