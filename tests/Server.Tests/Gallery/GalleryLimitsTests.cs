using System.Net;
using System.Net.Http.Json;
using Playground.Core.Tests;
using Playground.Server.Gallery;

namespace Playground.Server.Tests.Gallery;

/// <summary>A server whose galleries are small and forget soon.</summary>
public sealed class SmallGallery : ServerProcess
{
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Playground__Gallery__MaxImages"] = "3",
        ["Playground__Gallery__MaxBoards"] = "1",
        ["Playground__Gallery__UndoTime"] = "00:00:00",
        ["Playground__Gallery__SweepEvery"] = "00:00:00.100",
    };
}

public sealed class GalleryLimitsTests(SmallGallery server) : IClassFixture<SmallGallery>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_gallery_says_so_and_what_is_deleted_makes_room_once_it_is_removed()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var run = await server.RunAsync(http, """{"model":"tiny","steps":1,"count":4,"seed":3}""");
        using (var refused = await http.PostAsJsonAsync("/api/v1/gallery/images", new { run }, Ct))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("0 images and takes 3; 4 more do not fit", (string)(await refused.ReadAsync())["detail"]!,
                StringComparison.Ordinal);
        }
        var ids = await http.SaveAsync(run, 0, 1, 2);
        await http.ChangeAsync(HttpMethod.Post, "deletions", new { ids = ids[..2] });
        await http.UntilAsync(async () => (int)(await http.GetAsJsonAsync("/api/v1/gallery"))["deleted"]! == 0);
        Assert.Single(await http.SaveAsync(run, 3));
        Assert.Equal(2, (await http.ListAsync($"run={run}")).Length);
        // The run still has the files: nothing that something else refers to is deleted.
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"/api/v1/jobs/{run}/0.png", Ct)).StatusCode);

        await http.AddBoardAsync("one");
        using var many = await http.PostAsJsonAsync("/api/v1/gallery/boards", new { name = "two" }, Ct);
        Assert.Equal(HttpStatusCode.Conflict, many.StatusCode);
    }
}

internal static class Waiting
{
    /// <summary>Asks the server until it is so.</summary>
    public static async Task UntilAsync(this HttpClient _, Func<Task<bool>> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await isSo()) await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
