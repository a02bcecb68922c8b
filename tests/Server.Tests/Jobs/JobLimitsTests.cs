using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Jobs;

/// <summary>Lines have an end, and what has ended goes when its time is over.</summary>
[Collection(Servers.Alone)]
public sealed class JobLimitsTests : IAsyncLifetime
{
    private readonly Server _server = new();

    private sealed class Server : ServerProcess
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Playground__Jobs__MaxWaiting"] = "3",
            ["Playground__Jobs__Retention"] = "00:00:01",
            ["Playground__Jobs__SweepEvery"] = "00:00:00.100",
        };
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_full_line_is_429_with_the_time_to_wait()
    {
        using var http = new HttpClient { BaseAddress = _server.Address };
        var ids = new List<string>();
        for (var i = 0; ; i++)
        {
            Assert.True(i < 60, "the line has no end");
            // The engine takes 32 at once; more wait in line.
            using var response = await http.SampleAsync("""{"model":"mnist","sampler":"ddpm","steps":1000,"count":64}""");
            if (response.StatusCode == HttpStatusCode.Accepted)
            {
                ids.Add((string)(await response.ReadAsync())["id"]!);
                continue;
            }
            Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(30), response.Headers.RetryAfter?.Delta);
            Assert.Contains("3 jobs are waiting", (string)(await response.ReadAsync())["detail"]!, StringComparison.Ordinal);
            break;
        }
        foreach (var id in ids) using (await http.DeleteAsync($"/api/v1/jobs/{id}", Ct)) { }
    }

    [Fact]
    public async Task What_ended_longer_ago_than_it_is_to_be_kept_goes_with_its_images()
    {
        using var http = new HttpClient { BaseAddress = _server.Address };
        var id = await http.StartAsync("""{"model":"tiny","steps":1,"count":1}""");
        while (true)
        {
            using var response = await http.GetAsync($"/api/v1/jobs/{id}", Ct);
            if (response.StatusCode == HttpStatusCode.NotFound) break;
            await Task.Delay(50, Ct);
        }
        while (Directory.GetFiles(Path.Combine(_server.Data, "blobs"), "*", SearchOption.AllDirectories).Length > 0)
            await Task.Delay(20, Ct);
        Assert.DoesNotContain((await http.GetFromJsonAsync<JsonArray>("/api/v1/jobs", Ct))!, j => (string)j!["id"]! == id);
    }
}
