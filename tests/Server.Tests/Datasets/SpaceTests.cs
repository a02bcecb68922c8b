using System.Net;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Datasets;

/// <summary>A server whose disk and patience are short.</summary>
public sealed class SpaceTests(SpaceTests.ShortServer server) : IClassFixture<SpaceTests.ShortServer>
{
    public sealed class ShortServer : ServerProcess
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Playground__Uploads__Quota"] = "10000",
            ["Playground__Uploads__Expiry"] = "00:00:02",
            ["Playground__Uploads__SweepEvery"] = "00:00:01",
        };
    }

    public sealed class FullServer : ServerProcess
    {
        protected override IReadOnlyDictionary<string, string> Settings
            => new Dictionary<string, string> { ["Playground__Uploads__DiskReserve"] = $"{1L << 50}" };
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Expired_uploads_are_swept_away_and_the_quota_counts_what_is_there()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var tus = new TusClient(http);
        var upload = await tus.BeginAsync(9_000);
        var path = Path.Combine(server.Data, "uploads", upload.Split('/')[^1]);
        using (var second = await tus.CreateAsync(2_000))
        {
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, second.StatusCode);
            Assert.Contains("would pass your quota: 8.8 KiB of 9.8 KiB are in use", (string)(await second.ReadAsync())["detail"]!,
                StringComparison.Ordinal);
        }
        while (File.Exists(path)) await Task.Delay(100, Ct);
        using var head = await tus.SendAsync(HttpMethod.Head, upload);
        Assert.True(head.StatusCode is HttpStatusCode.Gone or HttpStatusCode.NotFound, $"{head.StatusCode}");
        using var third = await tus.CreateAsync(2_000);
        Assert.Equal(HttpStatusCode.Created, third.StatusCode);
    }

    [Fact]
    public async Task A_full_disk_is_said_before_a_byte_is_taken()
    {
        await using var full = new FullServer();
        await full.InitializeAsync();
        using var http = new HttpClient { BaseAddress = full.Address };
        using var response = await new TusClient(http).CreateAsync(1000);
        Assert.Equal(HttpStatusCode.InsufficientStorage, response.StatusCode);
        Assert.Contains("disk has no room for 1000 bytes", (string)(await response.ReadAsync())["detail"]!, StringComparison.Ordinal);
    }
}
