using System.ComponentModel.DataAnnotations;

namespace Playground.Server.Jobs;

/// <summary>The <c>Playground:Jobs</c> section of the configuration.</summary>
public sealed class JobOptions
{
    internal const string Section = "Playground:Jobs";

    /// <summary>Jobs of one kind that may wait, 100 by default; who asks for more is told to try again later.</summary>
    [Range(1, 100_000)] public int MaxWaiting { get; set; } = 100;

    /// <summary>Starts of a job that end with the server's own end before the job is paused, 3 by default.</summary>
    [Range(1, 100)] public int MaxAttempts { get; set; } = 3;

    /// <summary>
    /// How long jobs that have ended are kept, with their images, reports and checkpoints; 0, the default: until their owner deletes them.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")] public TimeSpan Retention { get; set; }

    /// <summary>How often jobs past their retention are deleted, every hour by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")] public TimeSpan SweepEvery { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often a running job's heartbeat is written, every 30 seconds by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")] public TimeSpan HeartbeatEvery { get; set; } = TimeSpan.FromSeconds(30);
}
