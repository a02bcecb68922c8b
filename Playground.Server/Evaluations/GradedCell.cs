using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;

namespace Playground.Server.Evaluations;

/// <summary>One combination with its scores, and what a report shows of its pictures.</summary>
/// <param name="Cell">What was asked for.</param>
/// <param name="Count">Pictures.</param>
/// <param name="Kept">Pictures whose features were kept for the scores that need them.</param>
/// <param name="Seconds">What their making took; null where they were given.</param>
/// <param name="Scores">All that could be taken.</param>
/// <param name="Classes">By class; empty where a side has no classes.</param>
/// <param name="Samples">The first of its pictures.</param>
/// <param name="Neighbours">The generated pictures that come nearest to a real one; null without real pictures.</param>
internal sealed record GradedCell(
    PlannedCell Cell, int Count, int Kept, double? Seconds, IReadOnlyList<MetricScore> Scores, IReadOnlyList<ClassScore> Classes,
    ReportedPicture Samples, ReportedNeighbours? Neighbours)
{
    /// <summary>Null where CLIP was not asked for.</summary>
    public ClipGrade? Clip { get; init; }

    public MetricScore? Distance => Scores.FirstOrDefault(s => DistanceName.Is(s.Id));

    public CellResult ToResult() => new(Seconds, Distance?.Name, Distance?.Value, Distance?.Interval?.Low, Distance?.Interval?.High);
}
