using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;

namespace Playground.Server.Evaluations;

/// <summary>One combination with what was found of it.</summary>
/// <param name="Cell">What was asked for.</param>
/// <param name="Seconds">What the making of its images took; null where they were given.</param>
/// <param name="Report">Without what compares it with other combinations.</param>
internal sealed record GradedCell(PlannedCell Cell, double? Seconds, EvaluationReport Report)
{
    public MetricScore? Distance => Report.Scores.FirstOrDefault(s => DistanceName.Is(s.Id));

    public CellResult ToResult() => new(Seconds, Distance?.Name, Distance?.Value, Distance?.Interval?.Low, Distance?.Interval?.High);
}
