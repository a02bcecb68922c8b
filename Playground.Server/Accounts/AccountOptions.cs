using System.ComponentModel.DataAnnotations;

namespace Playground.Server.Accounts;

/// <summary>The <c>Playground:Account</c> section of the configuration.</summary>
public sealed class AccountOptions
{
    internal const string Section = "Playground:Account";

    /// <summary>Jobs of one account that may wait at once, of all kinds together; 20 by default.</summary>
    [Range(1, 10_000)] public int QueuedJobs { get; set; } = 20;

    /// <summary>Hours of training of one account within thirty days, 200 by default.</summary>
    [Range(0d, 720d)] public double TrainingHours { get; set; } = 200;

    /// <summary>Wrong passwords in a row after which an account is locked for a while, 5 by default.</summary>
    [Range(2, 100)] public int MaxFailures { get; set; } = 5;

    /// <summary>How long it is locked then, 10 minutes by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan LockOut { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the audit log is kept, a year by default.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")] public TimeSpan AuditRetention { get; set; } = TimeSpan.FromDays(365);
}
