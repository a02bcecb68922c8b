using System.Globalization;
using Playground.Client.Contracts;

namespace Playground.Client.Pages;

/// <summary>Numbers and states of trainings in words.</summary>
internal static class TrainingText
{
    /// <summary>What people call a training, as long as it has no name of its own.</summary>
    public static string Name(string dataset, TrainingRequest request)
        => $"{dataset}, {(request.Model is { } model ? $"from {model}" : request.Preset)}{(request.Lora is null ? "" : ", adapters")}";

    public static string Count(long weights) => weights < 1_000_000 ? $"{weights / 1e3:0} thousand" : $"{weights / 1e6:0.0} million";

    public static string Bytes(long bytes) => bytes < 1L << 30 ? $"{Math.Max(1, bytes >> 20)} MB" : $"{bytes / (double)(1L << 30):0.0} GB";

    public static string Time(double seconds) => seconds switch
    {
        < 90 => $"{Math.Max(1, seconds):0} s",
        < 5400 => $"{seconds / 60:0} min",
        < 172_800 => $"{seconds / 3600:0.0} h",
        _ => $"{seconds / 86_400:0.0} days",
    };

    public static string Step(double seconds) => seconds < 1 ? $"{seconds * 1000:0} ms per step" : $"{seconds:0.0} s per step";

    public static string Loss(double? loss) => loss is { } value
        ? value.ToString(value < 0.1 ? "0.0000" : "0.000", CultureInfo.CurrentCulture) : "–";

    public static string Status(JobView job) => job.Status switch
    {
        JobStatus.Queued => job.Position > 1 ? $"queued: number {job.Position} in line" : "queued: next up",
        JobStatus.Running => $"step {job.Step:N0} of {job.Steps:N0}" + (job.Activity is { } activity ? $", {activity}" : ""),
        JobStatus.Paused => $"paused after step {job.Step:N0} of {job.Steps:N0}",
        JobStatus.Succeeded => $"done: {job.Step:N0} steps",
        JobStatus.Canceled => $"canceled after {job.Step:N0} steps",
        _ => $"failed after {job.Step:N0} steps",
    };
}
