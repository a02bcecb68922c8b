namespace Playground.Server.Hosting;

/// <summary>
/// <c>Playground.Server --health ADDRESS</c>: asks a running server how it is and says so by the exit code, for container images that have
/// no other program that could ask.
/// </summary>
internal static class HealthProbe
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether the arguments ask for the probe and not for a server.</summary>
    public static bool IsAsked(string[] args) => args is ["--health", ..];

    /// <summary>0: healthy. 1: it answers otherwise, or not at all. 2: the arguments are wrong. Standard error has the reason.</summary>
    /// <param name="args"><c>--health</c> and an address, such as <c>http://127.0.0.1:8080/health/ready</c>.</param>
    /// <param name="error">Where the reason goes.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter error)
    {
        if (args.Length != 2 || !Uri.TryCreate(args[1], UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            await error.WriteLineAsync("--health takes one address, such as http://127.0.0.1:8080/health/ready.");
            return 2;
        }
        // A proxy is for the way out, not for the way to the server's own machine.
        using var http = new HttpClient(new HttpClientHandler { UseProxy = false }) { Timeout = s_patience };
        try
        {
            using var answer = await http.GetAsync(address);
            if (answer.IsSuccessStatusCode) return 0;
            await error.WriteLineAsync($"{address} answered {(int)answer.StatusCode}: {(await answer.Content.ReadAsStringAsync()).Trim()}");
        }
        catch (HttpRequestException e)
        {
            await error.WriteLineAsync($"{address} did not answer: {e.Message}");
        }
        catch (TaskCanceledException)
        {
            await error.WriteLineAsync($"{address} did not answer within {s_patience.TotalSeconds:0} s.");
        }
        return 1;
    }
}
