using System.Net;
using System.Text.Json.Nodes;
using Playground.Core;

namespace Playground.Server.Tests.Jobs;

/// <summary>A job that ends the server is not started for ever: kill -9 stands for whatever it does.</summary>
[Trait("Category", "long")]
public sealed class PoisonJobTests : IAsyncLifetime
{
    private readonly TrainingServer _server = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task After_the_third_end_of_the_server_the_job_is_paused_and_others_run_until_it_is_retried()
    {
        // It never comes to a checkpoint that it could go on from.
        var poison = await _server.TrainAsync(TrainingServer.Request(100_000, r => r["options"]!["checkpointEvery"] = 100_000));
        var innocent = await _server.TrainAsync(TrainingServer.Request(10));
        for (var end = 1; end <= 3; end++)
        {
            Assert.Equal(end, (await _server.WaitAsync(poison, j => (int)j["step"]! > 0))["attempts"]!.GetValue<int>());
            await _server.KillAsync();
            await _server.StartAsync();
        }
        await _server.EndAsync(innocent);
        var parked = await _server.GetAsync($"/api/v1/jobs/{poison}");
        Assert.Equal("paused", (string)parked["status"]!);
        Assert.StartsWith("The server ended 3 times while this ran", (string)parked["error"]!, StringComparison.Ordinal);
        Assert.Equal(["queued", "running", "interrupted", "running", "interrupted", "running", "interrupted", "paused"],
            await HistoryAsync(poison));

        using var retry = await _server.Http.PostAsync($"/api/v1/jobs/{poison}/retry", null, Ct);
        Assert.Equal(HttpStatusCode.Accepted, retry.StatusCode);
        var running = await _server.WaitAsync(poison, j => (string)j["status"]! == "running" && (int)j["step"]! > 0);
        Assert.Equal((1, null), ((int)running["attempts"]!, (string?)running["error"]));
    }

    [Fact]
    public async Task A_server_that_stops_in_good_order_counts_nothing()
    {
        var id = await _server.TrainAsync(TrainingServer.Request(100_000, r => r["options"]!["checkpointEvery"] = 100_000));
        for (var start = 0; start < 2; start++)
        {
            Assert.Equal(1, (int)(await _server.WaitAsync(id, j => (int)j["step"]! > 0))["attempts"]!);
            await _server.StopAsync();
            await _server.StartAsync();
        }
        Assert.DoesNotContain("interrupted", await HistoryAsync(id));
    }

    private async Task<IReadOnlyList<string>> HistoryAsync(string id)
        => [.. (await _server.GetAsync($"/api/v1/jobs/{id}/history")).AsArray().Select(e => (string)e!["what"]!)];
}
