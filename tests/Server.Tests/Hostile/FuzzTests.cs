using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Playground.Server.Tests.Hostile;

/// <summary>
/// Twenty thousand requests and hundreds of hub connections at random: the server answers all, none is its own fault, and its memory is
/// what it was. A request's seed is in the message of a failure, and makes it again.
/// </summary>
[Trait("Category", "long")]
public sealed class FuzzTests(HostileServer server) : IClassFixture<HostileServer>
{
    private const int Requests = 20_000;
    private const int Round = 2_500;
    private const long MayGrow = 400L << 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_at_random_are_never_the_servers_fault_and_leave_its_memory_as_it_was()
    {
        var document = JsonNode.Parse(await server.Http.GetStringAsync("/openapi/v1.json", Ct))!;
        var fuzzer = new RequestFuzzer(document, [server.Dataset, server.Job, server.Picture, "tiny", "spare", "mnist", "ddim", "ddpm",
            "dataset:" + server.Dataset + "@1", "epsilon", "linear", "f32", "0", "1", "grid"]);
        var sizes = new List<long>();
        for (var from = 0; from < Requests; from += Round)
        {
            var seeds = Enumerable.Range(from, Round).ToArray();
            var faults = await server.AskAsync(seeds.Select(fuzzer.Make));
            Assert.True(faults.Count == 0,
                $"Seeds {from} to {from + Round - 1}: {faults.Count} answers, such as\n{string.Join('\n', faults.Take(12))}");
            Assert.Equal("Healthy", await server.Http.GetStringAsync("/health/ready", Ct));
            sizes.Add(server.ResidentBytes);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Requests} requests of {fuzzer.Values} values over {fuzzer.Operations} operations; MiB after "
                + $"each {Round}: {string.Join(", ", sizes.Select(s => s >> 20))}");
        // What the fuzzer aims at is still there: else it asked of nothing.
        using (var kept = await server.Http.GetAsync($"/api/v1/jobs/{server.Job}", Ct)) Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        // The first rounds load models and compile.
        Assert.True(sizes[^1] - sizes[sizes.Count / 2] < MayGrow, string.Join(", ", sizes.Select(s => s >> 20)));
    }

    [Fact]
    public async Task Frames_at_random_end_their_own_connection_and_nothing_else()
    {
        const int connections = 500;
        await Parallel.ForEachAsync(Enumerable.Range(0, connections),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct },
            async (seed, ct) =>
            {
                var random = new Random(seed);
                using var socket = new ClientWebSocket();
                await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/hubs/frames" }.Uri, ct);
                try
                {
                    if (random.Next(4) > 0) await SendAsync(socket, """{"protocol":"json","version":1}""", ct);
                    for (var i = 0; i < 40; i++) await SendAsync(socket, Frame(random), ct);
                }
                catch (WebSocketException)
                {
                    // The server has had enough of it.
                }
            });
        Assert.Equal("Healthy", await server.Http.GetStringAsync("/health/ready", Ct));
        using var hub = await HubClient.ConnectAsync(server.Address);
        await hub.WatchAsync($"[\"{server.Job}\",0]");
        var (items, error) = await hub.ReadStreamAsync();
        Assert.True(items.Count > 0, error);
    }

    private static Task SendAsync(ClientWebSocket socket, string message, CancellationToken ct)
        => socket.SendAsync(Encoding.UTF8.GetBytes(message + '\u001e'), WebSocketMessageType.Text, true, ct);

    private string Frame(Random random)
    {
        var value = HostileValues.Json[random.Next(HostileValues.Json.Count)];
        return random.Next(6) switch
        {
            0 => value,
            1 => $$"""{"type":{{value}}}""",
            2 => $$"""{"type":1,"target":"Watch","arguments":["{{server.Job}}",{{value}}]}""",
            3 => $$"""{"type":4,"invocationId":"{{random.Next(3)}}","target":"Watch","arguments":[{{value}},0]}""",
            4 => $$"""{"type":4,"invocationId":"1","target":{{value}},"arguments":[]}""",
            _ => $$"""{"type":5,"invocationId":{{value}}}""",
        };
    }
}
