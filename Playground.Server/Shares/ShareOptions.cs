using System.ComponentModel.DataAnnotations;

namespace Playground.Server.Shares;

/// <summary>The <c>Playground:Shares</c> section of the configuration.</summary>
public sealed class ShareOptions
{
    internal const string Section = "Playground:Shares";

    /// <summary>Shares of one owner, 1,000 by default.</summary>
    [Range(1, 1_000_000)] public int MaxShares { get; set; } = 1000;

    /// <summary>Requests to shared pages and their images from one address in a minute, 1,200 by default.</summary>
    [Range(1, 10_000_000)] public int RequestsPerMinute { get; set; } = 1200;

    /// <summary>Passwords tried from one address in a minute, 20 by default.</summary>
    [Range(1, 10_000_000)] public int PasswordsPerMinute { get; set; } = 20;

    /// <summary>Wrong passwords before a share takes none for a while, 10 by default.</summary>
    [Range(1, 1000)] public int MaxPasswordTries { get; set; } = 10;

    /// <summary>How long it takes none then, 15 minutes by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")] public TimeSpan LockTime { get; set; } = TimeSpan.FromMinutes(15);
}
