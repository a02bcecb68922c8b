using System.Globalization;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Evaluations;

/// <summary>Evaluations in words.</summary>
internal static class EvaluationText
{
    public static string State(JobView job) => job.Status switch
    {
        JobStatus.Queued => job.Position > 1 ? $"queued: number {job.Position} in line" : "queued: next up",
        JobStatus.Running when job.Activity is { } activity => activity + (job.SecondsLeft is { } left ? $" · {Duration(left)} left" : ""),
        JobStatus.Running => $"{job.Step} of {job.Steps} images",
        JobStatus.Succeeded => "done",
        JobStatus.Canceled => "canceled",
        _ => job.Error ?? job.Status,
    };

    /// <summary>The distance with its interval.</summary>
    public static string Distance(EvaluationCell cell) => cell.Distance is not { } distance
        ? ""
        : Number(distance) + (cell is { DistanceLow: { } low, DistanceHigh: { } high } ? $" ({Number(low)}–{Number(high)})" : "");

    public static string Number(double value) => value.ToString(Math.Abs(value) < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    public static string Duration(double seconds) => seconds switch
    {
        < 90 => $"{seconds:0} s",
        < 5400 => $"{seconds / 60:0} min",
        _ => $"{seconds / 3600:0.0} h",
    };
}
