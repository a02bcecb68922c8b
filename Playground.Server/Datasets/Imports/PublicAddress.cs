using System.Net;
using System.Net.Sockets;

namespace Playground.Server.Datasets.Imports;

/// <summary>Which addresses an import may connect to: those of the public internet, by IANA's special-purpose registries.</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] s_refused4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // Of the global unicast block: protocol assignments with Teredo, documentation, 6to4, and documentation again.
    private static readonly IPNetwork[] s_refused6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];
    private static readonly IPNetwork s_global6 = IPNetwork.Parse("2000::/3");

    /// <param name="address">As resolved, right before connecting.</param>
    /// <param name="allowed">Private networks that are allowed all the same.</param>
    public static bool IsAllowed(IPAddress address, IReadOnlyList<IPNetwork> allowed)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (allowed.Any(n => n.Contains(address))) return true;
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !s_refused4.Any(n => n.Contains(address)),
            AddressFamily.InterNetworkV6 => address.ScopeId == 0 && s_global6.Contains(address)
                && !s_refused6.Any(n => n.Contains(address)),
            _ => false,
        };
    }
}
