using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Playground.Server.Hosting;

/// <summary>Who may reach the server; in the <c>Playground</c> section of the configuration.</summary>
public sealed class AccessOptions : IValidatableObject
{
    internal const string Section = "Playground";

    /// <summary>Whether everybody signs in; off by default: whoever reaches the server is its one owner.</summary>
    public bool Accounts { get; set; }

    /// <summary>Whether the server may listen beyond loopback without accounts: everybody who reaches it may then do everything.</summary>
    public bool Open { get; set; }

    /// <summary>Names that the server answers to besides <c>localhost</c> and addresses in digits; <c>*.example.org</c> is
    /// allowed.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>Addresses or networks of the reverse proxies whose <c>X-Forwarded-For</c> and <c>-Proto</c> are believed.</summary>
    public IReadOnlyList<string> Proxies { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var host in Hosts.Where(h => Uri.CheckHostName(h.StartsWith("*.", StringComparison.Ordinal) ? h[2..] : h)
            == UriHostNameType.Unknown))
            yield return new($"Playground:Hosts has '{host}', which is not the name of a host. Give names without a scheme and a port.");
        foreach (var proxy in Proxies.Where(p => !IPAddress.TryParse(p, out _) && !IPNetwork.TryParse(p, out _)))
            yield return new($"Playground:Proxies has '{proxy}', which is neither an IP address nor a network such as 10.0.0.0/8.");
    }
}
