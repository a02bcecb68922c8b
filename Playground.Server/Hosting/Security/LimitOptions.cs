using System.ComponentModel.DataAnnotations;

namespace Playground.Server.Hosting.Security;

/// <summary>How often one may ask, in the <c>Playground:Limits</c> section of the configuration; without accounts nobody is
/// limited.</summary>
public sealed class LimitOptions
{
    internal const string Section = "Playground:Limits";

    /// <summary>Requests that an account, or an address without one, may make at once, 600 by default.</summary>
    [Range(10, 1_000_000)] public int Burst { get; set; } = 600;

    /// <summary>Requests a second that follow for good, 50 by default.</summary>
    [Range(1, 100_000)] public int PerSecond { get; set; } = 50;

    /// <summary>
    /// Tries a minute that an address has for what is guarded by a secret: passwords, passkeys and invitations; 20 by default.
    /// </summary>
    [Range(1, 10_000)] public int SecretsPerMinute { get; set; } = 20;

    /// <summary>Calls of hub methods a second of one account, 20 by default, of which ten times as many may come at once.</summary>
    [Range(1, 10_000)] public int HubCallsPerSecond { get; set; } = 20;
}
