using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Playground.Server.Accounts;
using Playground.Server.Jobs;
using Playground.Server.Tests.Accounts;
using Playground.Server.Tests.Gallery;

namespace Playground.Server.Tests.Jobs;

/// <summary>A server for one owner, in the tests' own process, so that what lives in it can be counted.</summary>
public sealed class CrowdServer : RunningServer
{
    protected override IEnumerable<string> Settings => [];
}

public sealed class CrowdTests(CrowdServer server) : IClassFixture<CrowdServer>
{
    private const int Rounds = 5, Viewers = 40, Samplers = 30, JobsKept = 100;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What is counted is alive or not, and no memory: that is as large as its collector likes.</summary>
    [Fact]
    public async Task A_crowd_that_has_gone_leaves_nothing_behind()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var board = server.Services.GetRequiredService<JobBoard>();
        var connections = server.Services.GetRequiredService<Connections>();
        var jobs = new List<WeakReference>();
        for (var round = 0; round < Rounds; round++)
        {
            var ids = await RunAsync(http);
            await http.UntilAsync(() => Task.FromResult(connections.Count == 0 && board.ListAllLive().Count == 0));
            foreach (var id in ids) jobs.Add(Weakly(board, id));
        }
        Assert.Equal(0, board.Feed.Listeners);
        Assert.Equal(Rounds * (Samplers + 1), jobs.Count);
        await http.UntilAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            // The last that ended stay for late watchers, with their last frame.
            return Task.FromResult(jobs.Count(j => j.IsAlive) <= JobsKept);
        });
        // Those that stay are the newest.
        Assert.All(jobs.Take(jobs.Count - JobsKept - Samplers), j => Assert.False(j.IsAlive));
        Assert.All(jobs.Select(j => j.Target).OfType<LiveJob>(), j => Assert.False(j.IsWatched));
    }

    // Viewers come, watch one job among others, and go: some by closing, some in the middle.
    private async Task<IReadOnlyList<string>> RunAsync(HttpClient http)
    {
        var hubs = await Task.WhenAll(Enumerable.Range(0, Viewers).Select(_ => HubClient.ConnectAsync(server.Address)));
        var ids = new List<string> { await http.StartAsync("""{"model":"tiny","steps":10,"count":4}""") };
        for (var i = 0; i < Samplers; i++) ids.Add(await http.StartAsync("""{"model":"tiny","steps":2,"count":1}"""));
        foreach (var hub in hubs) await hub.WatchAsync($"""["{ids[0]}", 0]""");
        foreach (var hub in hubs[..10]) hub.Dispose();
        await Task.WhenAll(hubs[10..].Select(async hub =>
        {
            var (items, error) = await hub.ReadStreamAsync();
            Assert.Null(error);
            Assert.Equal("succeeded", (string)items[^1]["job"]!["status"]!);
            hub.Dispose();
        }));
        await http.UntilAsync(() => Task.FromResult(server.Services.GetRequiredService<JobBoard>().ListAllLive().Count == 0));
        return ids;
    }

    // In a method of its own, so that no local variable holds it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Weakly(JobBoard board, string id) => new(board.FindOfAny(id));
}
