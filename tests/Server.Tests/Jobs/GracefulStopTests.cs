using System.Net.WebSockets;
using Playground.Core.Tests;
using Playground.Server.Tests.Gallery;

namespace Playground.Server.Tests.Jobs;

/// <summary>What becomes of a generation when the server is stopped in good order, with the real process.</summary>
public sealed class GracefulStopTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_that_were_being_made_are_made_after_the_restart_to_the_pixel()
    {
        const string Request = """{"model":"mnist","steps":40,"count":2,"seed":7}""";
        await using var server = new ServerProcess();
        await server.InitializeAsync();
        byte[] pixels;
        string id;
        using (var http = new HttpClient { BaseAddress = server.Address })
        {
            var whole = await server.RunAsync(http, Request);
            pixels = await http.GetByteArrayAsync($"/api/v1/jobs/{whole}/1.png", Ct);
            id = await http.StartAsync(Request);
            using var hub = await HubClient.ConnectAsync(server.Address);
            await hub.WatchAsync($"""["{id}", 0]""");
            var runs = new TaskCompletionSource();
            var reading = hub.ReadStreamAsync(item =>
            {
                if ((int)item["job"]!["step"]! >= 1) runs.TrySetResult();
            });
            Assert.Same(runs.Task, await Task.WhenAny(runs.Task, reading));
            await server.StopAsync();
            // It did not come to its end before the stop.
            await Assert.ThrowsAnyAsync<Exception>(() => reading);
        }
        await server.StartAsync();
        using var again = new HttpClient { BaseAddress = server.Address };
        using var second = await HubClient.ConnectAsync(server.Address);
        await second.WatchAsync($"""["{id}", 0]""");
        var (items, error) = await second.ReadStreamAsync();
        Assert.Null(error);
        Assert.Equal("succeeded", (string)items[^1]["job"]!["status"]!);
        Assert.Equal(pixels, await again.GetByteArrayAsync($"/api/v1/jobs/{id}/1.png", Ct));
    }

    [Fact]
    public async Task Watchers_that_come_back_at_once_do_not_hold_a_stop()
    {
        await using var server = new ServerProcess();
        await server.InitializeAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await http.StartAsync("""{"model":"tiny","steps":1000,"count":16,"seed":7}""");
        using var gone = new CancellationTokenSource();
        var watchers = Enumerable.Range(0, 4).Select(_ => WatchAgainAndAgainAsync(server.Address, id, gone.Token)).ToArray();
        await Task.WhenAll(watchers.Select(w => w.Begun));
        var stop = server.StopAsync();
        // The host's patience with connections that do not end is thirty seconds.
        Assert.Same(stop, await Task.WhenAny(stop, Task.Delay(TimeSpan.FromSeconds(20), Ct)));
        await gone.CancelAsync();
        await Task.WhenAll(watchers.Select(w => w.Ended));
    }

    private static (Task Begun, Task Ended) WatchAgainAndAgainAsync(Uri server, string id, CancellationToken gone)
    {
        var begun = new TaskCompletionSource();
        return (begun.Task, Task.Run(async () =>
        {
            while (!gone.IsCancellationRequested)
            {
                try
                {
                    using var hub = await HubClient.ConnectAsync(server);
                    await hub.WatchAsync($"""["{id}", 0]""");
                    await hub.ReadStreamAsync(_ => begun.TrySetResult());
                }
                catch (Exception e) when (e is WebSocketException or InvalidOperationException)
                {
                    // It comes back.
                }
            }
        }, Ct));
    }
}
