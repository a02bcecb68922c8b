using System.Net;
using System.Text.Json.Nodes;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Sampling;

/// <summary>A server whose owners keep 230 KB of frames: two runs of those below.</summary>
public sealed class SmallFramesServer : ServerProcess
{
    public const long Budget = 230_000;

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Playground__Frames__BytesPerOwner"] = $"{Budget}",
    };
}

/// <summary>What one owner's frames take on disk stays within what is stated.</summary>
public sealed class FrameBudgetTests(SmallFramesServer server) : IClassFixture<SmallFramesServer>
{
    // 64 × 64 gray pixels of noise do not compress, their clean estimate little or not at all: 85 to 102 KB.
    private const string Run = """{"model":"tiny","steps":12,"count":64}""";

    [Fact]
    public async Task The_frames_of_the_oldest_run_that_is_not_pinned_go_first()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var ct = TestContext.Current.CancellationToken;
        var pinned = await EndAsync(http);
        await http.PutAsync($"/api/v1/history/{pinned}/pin", null, ct);
        var second = await EndAsync(http);
        Assert.Equal((12, 12), (await FramesAsync(http, pinned), await FramesAsync(http, second)));

        var third = await EndAsync(http);
        Assert.Equal((12, 0, 12), (await FramesAsync(http, pinned), await FramesAsync(http, second), await FramesAsync(http, third)));
        Assert.InRange(Directory.GetFiles(Path.Combine(server.Data, "frames"), "*", SearchOption.AllDirectories)
            .Sum(f => new FileInfo(f).Length), 1, SmallFramesServer.Budget);
        // The run itself is still there, with its images.
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"/api/v1/jobs/{second}/grid.png", ct)).StatusCode);

        await http.DeleteAsync($"/api/v1/history/{pinned}/pin", ct);
        await EndAsync(http);
        Assert.Equal((0, 12), (await FramesAsync(http, pinned), await FramesAsync(http, third)));
    }

    [Fact]
    public async Task What_a_crash_left_is_read_after_the_next_start_and_what_belongs_to_no_run_is_removed()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var ct = TestContext.Current.CancellationToken;
        var id = await EndAsync(http);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(server.Data, "frames"), $"{id}.frames", SearchOption.AllDirectories));
        await server.KillAsync();
        var bytes = await File.ReadAllBytesAsync(file, ct);
        await File.WriteAllBytesAsync(file, bytes[..(bytes.Length / 2)], ct);
        var orphan = Path.Combine(Path.GetDirectoryName(file)!, $"{new string('0', 32)}.frames");
        await File.WriteAllBytesAsync(orphan, bytes, ct);
        await File.WriteAllBytesAsync($"{file}.part", bytes, ct);

        await server.StartAsync();
        using var again = new HttpClient { BaseAddress = server.Address };
        Assert.InRange(await FramesAsync(again, id), 4, 8);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync($"/api/v1/jobs/{id}/frames/1/x0.png", ct)).StatusCode);
        // Removed before the first job is taken.
        await EndAsync(again);
        Assert.False(File.Exists(orphan) || File.Exists($"{file}.part"));
    }

    private async Task<string> EndAsync(HttpClient http)
    {
        var id = await http.StartAsync(Run);
        using var hub = await HubClient.ConnectAsync(server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        Assert.Equal("succeeded", (string)(await hub.ReadStreamAsync()).Items[^1]["job"]!["status"]!);
        return id;
    }

    private static async Task<int> FramesAsync(HttpClient http, string id) => JsonNode.Parse(
        await http.GetStringAsync($"/api/v1/jobs/{id}/frames", TestContext.Current.CancellationToken))!["frames"]!.AsArray().Count;
}
