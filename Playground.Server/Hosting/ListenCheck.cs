using System.Net;
using Playground.Core;

namespace Playground.Server.Hosting;

/// <summary>A server that others can reach either knows who they are, or has been told that it need not.</summary>
internal static class ListenCheck
{
    /// <exception cref="PlaygroundException">It would listen beyond loopback without accounts, and nobody said that it may.</exception>
    public static void Require(IConfiguration configuration, AccessOptions access)
    {
        if (access.Accounts || access.Open) return;
        if (Addresses(configuration).FirstOrDefault(a => !IsLoopback(a)) is { } address)
            throw new PlaygroundException($"The server is to listen on {address}, where others can reach it, and has no accounts. Set "
                + "Playground:Accounts=true, or Playground:Open=true to let everybody do everything, or listen on 127.0.0.1.");
    }

    // Where Kestrel listens: its own endpoints come first, then addresses, then ports on all interfaces.
    private static IEnumerable<string> Addresses(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>().ToList();
        if (endpoints.Count > 0) return endpoints;
        if (configuration["urls"] is { Length: > 0 } urls)
            return urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new[] { ("http_ports", "http"), ("https_ports", "https") }.SelectMany(p => (configuration[p.Item1] ?? "")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(port => $"{p.Item2}://*:{port}"));
    }

    private static bool IsLoopback(string address)
    {
        var parsed = BindingAddress.Parse(address);
        return parsed.IsUnixPipe || parsed.IsNamedPipe || parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(parsed.Host, out var ip) && IPAddress.IsLoopback(ip));
    }
}
