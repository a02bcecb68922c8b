using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Server.Jobs;

namespace Playground.Server.Tests.Sampling;

/// <summary>The frames of runs over HTTP: kept, listed, read, exported, and gone with the run.</summary>
[Collection(Servers.Plain)]
public sealed class FramesTests : IDisposable
{
    private readonly ServerProcess _server;
    private readonly HttpClient _http;

    public FramesTests(ServerProcess server)
    {
        _server = server;
        _http = new HttpClient { BaseAddress = server.Address };
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Every_step_is_kept_as_the_very_bytes_that_the_hub_sent()
    {
        var id = await _http.StartAsync("""{"model":"tiny","steps":20,"count":5,"seed":9}""");
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        var sent = (await hub.ReadStreamAsync()).Items.Where(i => i["frame"] is not null).Select(i => i["frame"]!).ToList();
        var index = await IndexAsync(id);
        Assert.Equal((20, 1, 0, true), ((int)index["steps"]!, (int)index["stride"]!, (int)index["dropped"]!, (bool)index["isComplete"]!));
        Assert.Equal(Enumerable.Range(1, 20), index["frames"]!.AsArray().Select(f => (int)f!["step"]!));
        Assert.True((long)index["bytes"]! > 0);
        var sigmas = index["frames"]!.AsArray().Select(f => (float)f!["sigma"]!).ToList();
        Assert.Equal(sigmas.OrderDescending(), sigmas);
        Assert.NotEmpty(sent);
        foreach (var frame in sent)
        {
            foreach (var side in new[] { "xt", "x0" })
                Assert.Equal(Convert.FromBase64String((string)frame[side]!), await _http.GetByteArrayAsync(
                    $"/api/v1/jobs/{id}/frames/{frame["step"]}/{side}.png", Ct));
        }
        var last = await PictureAsync($"/api/v1/jobs/{id}/frames/20/xt.png");
        Assert.Equal((await PictureAsync($"/api/v1/jobs/{id}/grid.png")).Pixels, last.Pixels);
        var third = await PictureAsync($"/api/v1/jobs/{id}/frames/20/xt/2.png?scale=4");
        Assert.Equal((await PictureAsync($"/api/v1/jobs/{id}/2.png?scale=4")).Pixels, third.Pixels);
    }

    [Fact]
    public async Task A_frame_is_kept_by_browsers_and_given_in_parts()
    {
        var id = await EndAsync("""{"model":"tiny","steps":2,"count":1}""");
        var path = $"/api/v1/jobs/{id}/frames/1/x0.png";
        using var whole = await _http.GetAsync(path, Ct);
        Assert.Contains("immutable", whole.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var bytes = await whole.Content.ReadAsByteArrayAsync(Ct);
        using var part = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(1, 3) } };
        using var answer = await _http.SendAsync(part, Ct);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(bytes[1..4], await answer.Content.ReadAsByteArrayAsync(Ct));
        using var again = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { whole.Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await _http.SendAsync(again, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_canceled_run_keeps_what_it_came_to()
    {
        var id = await _http.StartAsync("""{"model":"tiny","sampler":"ddpm","steps":1000,"count":64}""");
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        // While it runs, frames can be looked at.
        while ((await IndexAsync(id))["frames"]!.AsArray().Count < 3) Assert.False((bool)(await IndexAsync(id))["isComplete"]!);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync($"/api/v1/jobs/{id}/frames/1/xt.png", Ct)).StatusCode);
        await _http.DeleteAsync($"/api/v1/jobs/{id}", Ct);
        Assert.Equal("canceled", (string)(await hub.ReadStreamAsync()).Items[^1]["job"]!["status"]!);
        var index = await IndexAsync(id);
        Assert.True((bool)index["isComplete"]!);
        // Of 1000 steps every fourth is kept, and the first.
        Assert.Equal((4, 1, 4), ((int)index["stride"]!, (int)index["frames"]![0]!["step"]!, (int)index["frames"]![1]!["step"]!));
        var thumbnail = await _http.GetByteArrayAsync($"/api/v1/history/{id}/thumbnail.webp", Ct);
        Assert.Equal(16, PictureFile.Decode(thumbnail).Width);
    }

    [Fact]
    public async Task A_deleted_run_takes_its_frames_along_and_a_pinned_one_stays()
    {
        var id = await EndAsync("""{"model":"tiny","steps":3,"count":2}""");
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_server.Data, "frames"), $"{id}.frames", SearchOption.AllDirectories));
        Assert.Equal(HttpStatusCode.NoContent, (await _http.PutAsync($"/api/v1/history/{id}/pin", null, Ct)).StatusCode);
        var refusal = await _http.DeleteAsync($"/api/v1/jobs/{id}?permanently=true", Ct);
        Assert.Equal(HttpStatusCode.Conflict, refusal.StatusCode);
        Assert.Contains("unpin it first", (string)(await refusal.ReadAsync())["detail"]!, StringComparison.Ordinal);
        Assert.True(File.Exists(file));

        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/history/{id}/pin", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/jobs/{id}?permanently=true", Ct)).StatusCode);
        Assert.False(File.Exists(file));
        foreach (var path in new[] { "frames", "frames/1/xt.png", "frames/export.webp" })
            Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/jobs/{id}/{path}", Ct)).StatusCode);
    }

    [Fact]
    public async Task An_animation_has_every_frame_in_crisp_pixels()
    {
        var id = await EndAsync("""{"model":"tiny","steps":12,"count":5,"seed":4}""");
        var webp = AnimationFile.Read(await _http.GetByteArrayAsync(
            $"/api/v1/jobs/{id}/frames/export.webp?scale=4&images=0,4,2&delay=60", Ct), channels: 1);
        Assert.Equal((12, 64, 64), (webp.Frames.Count, webp.Frames.Width, webp.Frames.Height));
        Assert.Equal([.. Enumerable.Repeat(60.0, 11), 1500], webp.Delays.Select(d => d.TotalMilliseconds));
        for (var step = 1; step <= 12; step++)
        {
            PictureBatch[] picked = [.. await Task.WhenAll(
                new[] { 0, 4, 2 }.Select(i => PictureAsync($"/api/v1/jobs/{id}/frames/{step}/xt/{i}.png")))];
            Assert.Equal(PictureBatch.Grid(PictureBatch.Concat(picked), 2).Enlarge(4).Pixels, webp.Frames[step - 1].Pixels);
        }
        var gif = AnimationFile.Read(await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/frames/export.gif?side=x0&scale=8", Ct));
        Assert.Equal((12, 8 * 24, 8 * 16), (gif.Frames.Count, gif.Frames.Width, gif.Frames.Height));
        var few = AnimationFile.Read(await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/frames/export.gif?frames=3", Ct));
        Assert.Equal(3, few.Frames.Count);
    }

    [Fact]
    public async Task A_strip_has_a_row_for_each_image_and_a_column_for_each_frame_from_the_first_to_the_last()
    {
        var id = await EndAsync("""{"model":"tiny","steps":12,"count":3,"seed":4}""");
        using var response = await _http.GetAsync($"/api/v1/jobs/{id}/frames/export.png?frames=4&images=2,1", Ct);
        Assert.Equal(("image/png", $"playground-{id[..8]}.png"), (response.Content.Headers.ContentType!.MediaType,
            response.Content.Headers.ContentDisposition!.FileName));
        var strip = PictureFile.Decode(await response.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal((32, 16), (strip.Width, strip.Height));
        PictureBatch[] corners = [.. await Task.WhenAll(new[] { (1, 2), (12, 1) }.Select(c
            => PictureAsync($"/api/v1/jobs/{id}/frames/{c.Item1}/xt/{c.Item2}.png")))];
        for (var y = 0; y < 8; y++)
        {
            Assert.Equal(corners[0].Pixels[(y * 8)..(y * 8 + 8)], strip.Pixels[(y * 32)..(y * 32 + 8)]);
            Assert.Equal(corners[1].Pixels[(y * 8)..(y * 8 + 8)], strip.Pixels[((8 + y) * 32 + 24)..((8 + y) * 32 + 32)]);
        }
    }

    [Theory]
    [InlineData("export.webp?scale=9", "scale is 9; it must be 1 to 8")]
    [InlineData("export.webp?scale=0", "scale is 0")]
    [InlineData("export.webp?images=0,7", "images has 7; the run has images 0 to 1")]
    [InlineData("export.webp?images=a", "images must be at most 64 numbers")]
    [InlineData("export.webp?images=-1", "images must be at most 64 numbers")]
    [InlineData("export.gif?frames=1", "frames is 1; it must be 2 to 500")]
    [InlineData("export.png?frames=51", "frames is 51; it must be 2 to 50")]
    [InlineData("export.webp?delay=5", "delay is 5; it must be 20 to 2000 milliseconds")]
    [InlineData("export.webp?side=both", "side is 'both'; it must be xt")]
    [InlineData("1/x1.png", "side is 'x1'")]
    [InlineData("1/xt/0.png?scale=99", "scale is 99")]
    public async Task What_cannot_be_made_is_a_sentence(string path, string expected)
    {
        var id = await EndAsync("""{"model":"tiny","steps":2,"count":2}""");
        var response = await _http.GetAsync($"/api/v1/jobs/{id}/frames/{path}", Ct);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (string)(await response.ReadAsync())["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_missing_and_a_strangers_run_is_too()
    {
        var id = await EndAsync("""{"model":"tiny","steps":2,"count":2}""");
        foreach (var path in new[] { "3/xt.png", "0/x0.png", "-1/x0.png", "1/xt/2.png", "export.mp4" })
            Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/jobs/{id}/frames/{path}", Ct)).StatusCode);
        await _server.ChangeRowsAsync(async (db, ct) =>
        {
            db.Add(new JobRow
            {
                Id = new string('a', 32),
                Owner = "stranger",
                Kind = JobKind.Sample,
                Status = JobStatus.Succeeded,
                Request = "{}",
                Sequence = 1,
                Steps = 1,
                Created = DateTimeOffset.UtcNow,
            });
            await db.SaveChangesAsync(ct);
        });
        foreach (var strange in new[] { new string('a', 32), "..%2f..%2fplayground.db" })
        {
            foreach (var path in new[] { $"jobs/{strange}/frames", $"jobs/{strange}/frames/1/xt.png", $"history/{strange}/thumbnail.webp" })
                Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/{path}", Ct)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await _http.PutAsync($"/api/v1/history/{strange}/pin", null, Ct)).StatusCode);
        }
        var history = JsonNode.Parse(await _http.GetStringAsync("/api/v1/history", Ct))!.AsArray();
        Assert.DoesNotContain(history, r => (string)r!["id"]! == new string('a', 32));
    }

    [Fact]
    public async Task The_history_has_the_newest_first_with_what_is_to_be_known_of_each()
    {
        var first = await EndAsync("""{"model":"tiny","steps":2,"count":3,"seed":7}""");
        var second = await EndAsync("""{"model":"tiny","sampler":"dpmpp-2m","steps":3,"count":1}""");
        await _http.PutAsync($"/api/v1/history/{first}/pin", null, Ct);
        await _http.PutAsync($"/api/v1/history/{first}/pin", null, Ct);
        var runs = JsonNode.Parse(await _http.GetStringAsync("/api/v1/history", Ct))!.AsArray().Select(r => r!).ToList();
        Assert.Equal([second, first], runs.Select(r => (string)r["id"]!).Where(i => i == first || i == second));
        var (older, newer) = (runs.Single(r => (string)r["id"]! == first), runs.Single(r => (string)r["id"]! == second));
        Assert.Equal((true, false, 7L, 3, "DPM++ 2M"), ((bool)older["isPinned"]!, (bool)newer["isPinned"]!, (long)older["seed"]!,
            (int)older["count"]!, (string)newer["sampler"]!));
        Assert.Equal((long)(await IndexAsync(first))["bytes"]!, (long)older["frameBytes"]!, tolerance: 100);
        var image = await PictureAsync((string)older["thumbnail"]!);
        Assert.Equal((16, 16), (image.Width, image.Height));
        await _http.DeleteAsync($"/api/v1/history/{first}/pin", Ct);
    }

    private async Task<JsonNode> IndexAsync(string id)
        => JsonNode.Parse(await _http.GetStringAsync($"/api/v1/jobs/{id}/frames", Ct))!;

    private async Task<PictureBatch> PictureAsync(string path) => PictureFile.Decode(await _http.GetByteArrayAsync(path, Ct));

    private async Task<string> EndAsync(string request)
    {
        var id = await _http.StartAsync(request);
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        Assert.Equal("succeeded", (string)(await hub.ReadStreamAsync()).Items[^1]["job"]!["status"]!);
        return id;
    }
}
