using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace Playground.Bench;

/// <summary>
/// The same sampling job on the real server, with nobody watching and with one watcher that reads every frame it is sent.
/// </summary>
internal static class Streaming
{
    private const string Job = """{"model":"mnist","sampler":"ddim","steps":50,"count":16,"guidance":2,"seed":1}""";

    public static async Task MeasureAsync(int rounds, CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(ct);
        await RunAsync(server, watched: false, ct);
        var (alone, watched, frames) = (new List<double>(), new List<double>(), 0);
        for (var round = 0; round < rounds; round++)
        {
            alone.Add((await RunAsync(server, watched: false, ct)).Seconds);
            var (seconds, seen) = await RunAsync(server, watched: true, ct);
            watched.Add(seconds);
            frames += seen;
        }
        var (a, w) = (Steps.Median(alone), Steps.Median(watched));
        Console.WriteLine($"""

            Streaming: {Job}, medians of {rounds} alternating rounds.

            | watchers | job, s | frames seen |
            |---|---|---|
            | 0 | {a:0.00} | |
            | 1 | {w:0.00} | {frames / (double)rounds:0} of 50 |

            Streaming costs {w / a - 1:P1}.
            """);
    }

    private static async Task<(double Seconds, int Frames)> RunAsync(BenchServer server, bool watched, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        var id = await server.PostAsync("/api/v1/samples", Job, ct);
        var watching = watched ? WatchAsync(server.Http.BaseAddress!, id, ct) : null;
        await server.WaitAsync(id, j => j["status"]!.GetValue<string>() == "succeeded", ct);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (seconds, watching is null ? 0 : await watching);
    }

    private static async Task<int> WatchAsync(Uri server, string id, CancellationToken ct)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/hubs/frames" }.Uri, ct);
        foreach (var message in new[] { """{"protocol":"json","version":1}""",
            $$"""{"type":4,"invocationId":"1","target":"Watch","arguments":["{{id}}",0]}""" })
            await socket.SendAsync(Encoding.UTF8.GetBytes(message + '\u001e'), WebSocketMessageType.Text, true, ct);

        var (frames, buffer, text) = (0, new byte[1 << 16], new StringBuilder());
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, ct);
            text.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
            var messages = text.ToString().Split('\u001e');
            text.Clear().Append(messages[^1]);
            frames += messages[..^1].Count(m => m.Contains("\"xt\"", StringComparison.Ordinal));
            if (messages[..^1].Any(m => m.Contains("\"type\":3", StringComparison.Ordinal))) return frames;
        }
    }
}
