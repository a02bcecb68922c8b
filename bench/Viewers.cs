using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace Playground.Bench;

/// <summary>The same sampling job on the real server, with nobody watching and with two hundred who read all that they are sent.</summary>
internal static class Viewers
{
    private const int Count = 200;
    private const int Steps = 50;
    private const string Job = """{"model":"mnist","sampler":"ddim","steps":50,"count":16,"guidance":2,"seed":1}""";
    private const int Samplers = 20;
    private const string Beside = """{"model":"mnist","sampler":"ddim","steps":50,"count":1,"guidance":2,"seed":2}""";
    private const byte Separator = 0x1e;

    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(200);

    public static async Task MeasureAsync(int rounds, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(ct);
        await RunAsync(server, 0, ct);
        // The runtime compiles what sends and receives, of the server and of the viewers.
        await RunAsync(server, Count, ct);
        var (alone, watched, seen) = (new List<double>(), new List<double>(), new List<(int Events, bool SawLast)>());
        for (var round = 0; round < rounds; round++)
        {
            alone.Add((await RunAsync(server, 0, ct)).Seconds);
            var (seconds, watchers) = await RunAsync(server, Count, ct);
            watched.Add(seconds);
            seen.AddRange(watchers);
        }
        var (a, w) = (Bench.Steps.Median(alone), Bench.Steps.Median(watched));
        Console.WriteLine($"""

            {Count} viewers on the same machine: {Job}, medians of {rounds} alternating rounds.

            | viewers | job, s | events seen by one, fewest and most | saw the last frame and the end |
            |---|---|---|---|
            | 0 | {a:0.00} | | |
            | {Count} | {w:0.00} | {seen.Min(s => s.Events)} and {seen.Max(s => s.Events)} | {seen.Count(s => s.SawLast)} of {seen.Count} |

            They cost {w / a - 1:P1}.
            """);
    }

    /// <summary>The job while twenty others sample, with and without the viewers; one of these reads slowly.</summary>
    public static async Task CrowdAsync(int rounds, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(ct);
        await RunAsync(server, 0, ct, Samplers);
        var (alone, watched, seen) = (new List<double>(), new List<double>(), new List<(int Events, bool SawLast)>());
        var memory = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            alone.Add((await RunAsync(server, 0, ct, Samplers)).Seconds);
            memory.Add(server.ResidentBytes / 1e6);
            var (seconds, watchers) = await RunAsync(server, Count, ct, Samplers);
            memory.Add(server.ResidentBytes / 1e6);
            watched.Add(seconds);
            seen.AddRange(watchers);
        }
        var (a, w, sawLast) = (Bench.Steps.Median(alone), Bench.Steps.Median(watched), seen.Count(s => s.SawLast));
        Console.WriteLine($"""

            {Samplers} who sample ({Beside}) beside {Job}, medians of {rounds} alternating rounds.

            | viewers | job, s | events seen by one, fewest and most | saw the last frame and the end |
            |---|---|---|---|
            | 0 | {a:0.00} | | |
            | {Count}, one slow | {w:0.00} | {seen.Min(s => s.Events)} and {seen.Max(s => s.Events)} | {sawLast} of {seen.Count} |

            They cost {w / a - 1:P1}. Memory of the server after each run, in MB: {string.Join(", ", memory.Select(m => $"{m:0}"))}.
            """);
    }

    private static async Task<(double Seconds, (int Events, bool SawLast)[] Watchers)> RunAsync(BenchServer server, int viewers,
        CancellationToken ct, int samplers = 0)
    {
        // They are there before the job's first step.
        var sockets = await Task.WhenAll(Enumerable.Range(0, viewers).Select(_ => ConnectAsync(server.Http.BaseAddress!, ct)));
        var start = Stopwatch.GetTimestamp();
        var id = await server.PostAsync("/api/v1/samples", Job, ct);
        var beside = new List<string>();
        for (var i = 0; i < samplers; i++) beside.Add(await server.PostAsync("/api/v1/samples", Beside, ct));
        var watching = sockets.Select((s, i) => Task.Run(() => WatchAsync(s, id, samplers > 0 && i == 0, ct), ct)).ToArray();
        await server.WaitAsync(id, j => j["status"]!.GetValue<string>() == "succeeded", ct);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var other in beside) await server.WaitAsync(other, j => j["status"]!.GetValue<string>() == "succeeded", ct);
        return (seconds, await Task.WhenAll(watching));
    }

    private static async Task<ClientWebSocket> ConnectAsync(Uri server, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/hubs/frames" }.Uri, ct);
        await SendAsync(socket, """{"protocol":"json","version":1}""", ct);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string message, CancellationToken ct)
        => socket.SendAsync(Encoding.UTF8.GetBytes(message + (char)Separator), WebSocketMessageType.Text, true, ct);

    // Counts messages, and reads only what the last of them say, so that the viewers' own work is small.
    private static async Task<(int Events, bool SawLast)> WatchAsync(ClientWebSocket socket, string job, bool isSlow,
        CancellationToken ct)
    {
        using var connection = socket;
        await SendAsync(socket, $$"""{"type":4,"invocationId":"1","target":"Watch","arguments":["{{job}}",0]}""", ct);
        var (events, sawLast, buffer, message) = (0, false, new byte[1 << 16], new MemoryStream());
        while (true)
        {
            if (isSlow) await Task.Delay(s_slow, ct);
            var received = await socket.ReceiveAsync(buffer, ct);
            if (received.MessageType == WebSocketMessageType.Close) return (events, false);
            var from = 0;
            for (var end = Next(buffer, from, received.Count); end >= 0; from = end + 1, end = Next(buffer, from, received.Count))
            {
                message.Write(buffer, from, end - from);
                var bytes = message.GetBuffer().AsSpan(0, (int)message.Length);
                sawLast |= bytes.IndexOf(Encoding.ASCII.GetBytes($"\"frame\":{{\"step\":{Steps},")) >= 0;
                if (bytes.StartsWith("{\"type\":3"u8)) return (events, sawLast);
                events++;
                message.SetLength(0);
            }
            message.Write(buffer, from, received.Count - from);
        }
    }

    private static int Next(byte[] buffer, int from, int end)
    {
        var at = buffer.AsSpan(from, end - from).IndexOf(Separator);
        return at < 0 ? -1 : from + at;
    }
}
