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
    private const byte Separator = 0x1e;

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

    private static async Task<(double Seconds, (int Events, bool SawLast)[] Watchers)> RunAsync(BenchServer server, int viewers,
        CancellationToken ct)
    {
        // They are there before the job's first step.
        var sockets = await Task.WhenAll(Enumerable.Range(0, viewers).Select(_ => ConnectAsync(server.Http.BaseAddress!, ct)));
        var start = Stopwatch.GetTimestamp();
        var id = await server.PostAsync("/api/v1/samples", Job, ct);
        var watching = sockets.Select(s => Task.Run(() => WatchAsync(s, id, ct), ct)).ToArray();
        await server.WaitAsync(id, j => j["status"]!.GetValue<string>() == "succeeded", ct);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
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
    private static async Task<(int Events, bool SawLast)> WatchAsync(ClientWebSocket socket, string job, CancellationToken ct)
    {
        using var connection = socket;
        await SendAsync(socket, $$"""{"type":4,"invocationId":"1","target":"Watch","arguments":["{{job}}",0]}""", ct);
        var (events, sawLast, buffer, message) = (0, false, new byte[1 << 16], new MemoryStream());
        while (true)
        {
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
