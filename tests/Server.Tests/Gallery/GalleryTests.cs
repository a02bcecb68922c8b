using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Server.Gallery;
using Playground.Server.Tests.Storage;

namespace Playground.Server.Tests.Gallery;

public sealed class SqliteGalleryTests(ServerProcess server) : GalleryTests<ServerProcess>(server);

public sealed class PostgresGalleryTests(PostgresServerProcess server) : GalleryTests<PostgresServerProcess>(server);

/// <summary>Saving, finding, changing and deleting images of the gallery, over HTTP and on every kind of database.</summary>
public abstract class GalleryTests<TServer> : IClassFixture<TServer>, IDisposable where TServer : ServerProcess
{
    private readonly TServer _server;
    private readonly HttpClient _http;

    protected GalleryTests(TServer server)
    {
        if (server is PostgresServerProcess) PostgresCluster.RequireInstalled();
        _server = server;
        _http = new HttpClient { BaseAddress = server.Address };
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_image_that_is_saved_outlives_its_run_and_its_recipe_makes_the_same_pixels_again()
    {
        var run = await _server.RunAsync(_http, """
            {"model":"tiny","sampler":"dpmpp-2m","steps":6,"count":3,"seed":40,"classes":[2],"guidance":3,"options":{"karrasSigmas":true},
             "precision":"bf16"}
            """);
        var id = Assert.Single(await _http.SaveAsync(run, 1));
        using (var gone = await _http.DeleteAsync($"/api/v1/jobs/{run}?permanently=true", Ct)) gone.EnsureSuccessStatusCode();

        var file = await _http.GetByteArrayAsync($"/api/v1/gallery/images/{id}.png", Ct);
        var detail = await _http.GetAsJsonAsync($"/api/v1/gallery/images/{id}");
        Assert.Equal((41L, 2, "tiny", "dpmpp-2m", false), ((long)detail["image"]!["seed"]!, (int)detail["image"]!["class"]!,
            (string)detail["image"]!["model"]!, (string)detail["sampler"]!, (bool)detail["hasRun"]!));
        Assert.Matches("^[0-9a-f]{10}$", (string)detail["modelHash"]!);

        var again = await _server.RunAsync(_http, detail["recipe"]!.ToJsonString());
        var made = await _http.GetByteArrayAsync($"/api/v1/jobs/{again}/0.png", Ct);
        Assert.Equal(PictureFile.Decode(file).Pixels, PictureFile.Decode(made).Pixels);
    }

    [Fact]
    public async Task Saving_twice_adds_nothing_and_keeps_what_was_changed()
    {
        var run = await _server.RunAsync(_http, """{"model":"tiny","steps":1,"count":3,"seed":7}""");
        var ids = await _http.SaveAsync(run);
        Assert.Equal(3, ids.Distinct().Count());
        await _http.ChangeAsync(HttpMethod.Patch, "images", new { ids = ids[..1], starred = true });
        Assert.Equal(ids, await _http.SaveAsync(run));
        Assert.Equal(ids, await _http.ListAsync($"run={run}"));
        Assert.Equal(ids[..1], await _http.ListAsync($"run={run}&starred=true"));

        await _http.ChangeAsync(HttpMethod.Post, "deletions", new { ids });
        Assert.Equal(ids, await _http.SaveAsync(run));
        Assert.Equal(3, (await _http.ListAsync($"run={run}")).Length);
    }

    [Fact]
    public async Task Images_are_found_by_everything_that_is_known_of_them()
    {
        var run = await _server.RunAsync(_http, """{"model":"tiny","sampler":"heun","steps":2,"count":4,"seed":5500,"classes":[0,1]}""");
        var ids = await _http.SaveAsync(run);
        var board = await _http.AddBoardAsync($"found {run[..6]}");
        await _http.ChangeAsync(HttpMethod.Patch, "images", new
        {
            ids = ids[..2],
            board,
            rating = 4,
            addTags = new[] { "  Blue   SKY " },
            note = "Über den Wolken",
        });
        await _server.ChangeRowsAsync((db, ct) =>
        {
            db.Add(GalleryCalls.RowOf("f" + ids[3][1..], "local", DateTimeOffset.UtcNow, "other", "A Café at Night, 100% real_life"));
            db.Add(new GalleryRecipeRow { ImageId = "f" + ids[3][1..], Request = "{}", Parameters = "" });
            return db.SaveChangesAsync(ct);
        });

        Assert.Equal(ids[1..2], await _http.ListAsync($"run={run}&seed=5501"));
        Assert.Equal([ids[0], ids[2]], await _http.ListAsync($"run={run}&class=0"));
        Assert.Equal(ids, await _http.ListAsync($"run={run}&sampler=heun&model=tiny"));
        Assert.Equal(ids[..2], await _http.ListAsync($"board={board}"));
        Assert.Equal(ids[2..], await _http.ListAsync($"run={run}&board=none"));
        Assert.Equal(ids[..2], await _http.ListAsync($"run={run}&tag=blue%20sky"));
        Assert.Equal(ids[..2], await _http.ListAsync($"run={run}&rating=4"));
        Assert.Empty(await _http.ListAsync($"run={run}&rating=5"));
        Assert.Equal(ids[..2], await _http.ListAsync($"run={run}&text=sky%20wolken"));
        Assert.Equal(["f" + ids[3][1..]], await _http.ListAsync("text=caf%C3%A9%20100%25%20real_l"));
        Assert.Empty(await _http.ListAsync("text=100_%20real"));
        Assert.Equal(ids.Reverse(), await _http.ListAsync($"run={run}&sort=oldest"));
        Assert.Empty(await _http.ListAsync($"run={run}&to=2020-01-01"));
        Assert.Equal(ids, await _http.ListAsync($"run={run}&from=2020-01-01"));
        Assert.Empty(await _http.ListAsync($"run={run}&dataset=none"));

        var facets = await _http.GetAsJsonAsync("/api/v1/gallery");
        Assert.Contains(facets["tags"]!.AsArray(), t => ((string)t!["name"]!, (int)t["count"]!) == ("blue sky", 2));
        Assert.Contains(facets["samplers"]!.AsArray(), t => ((string)t!["name"]!, (int)t["count"]!) == ("heun", 4));
        Assert.Contains(await BoardsAsync(), b => ((string)b["id"]!, (int)b["count"]!, (string)b["cover"]!) == (board, 2, ids[0]));
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repetition_although_images_come_and_go()
    {
        var run = await _server.RunAsync(_http, """{"model":"tiny","steps":1,"count":10,"seed":1}""");
        var ids = await _http.SaveAsync(run);
        var first = await _http.GetAsJsonAsync($"/api/v1/gallery/images?run={run}&take=4");
        Assert.Equal(10, (int)first["total"]!);
        await _http.ChangeAsync(HttpMethod.Post, "deletions", new { ids = new[] { ids[1], ids[3] } });
        var second = await _http.GetAsJsonAsync($"/api/v1/gallery/images?run={run}&take=4&after={first["next"]}");
        Assert.Equal(ids[4..8], second["images"]!.AsArray().Select(i => (string)i!["id"]!));
        var third = await _http.GetAsJsonAsync($"/api/v1/gallery/images?run={run}&take=4&after={second["next"]}");
        Assert.Equal(ids[8..], third["images"]!.AsArray().Select(i => (string)i!["id"]!));
        Assert.Null(third["next"]);
        Assert.Equal(ids[5..7], await _http.ListAsync($"run={run}&skip=3&take=2"));
        Assert.Equal("3", await _http.GetStringAsync($"/api/v1/gallery/images/{ids[5]}/place?run={run}", Ct));
        Assert.Equal(ids.Except([ids[1], ids[3]]), JsonNode.Parse(await _http.GetStringAsync($"/api/v1/gallery/ids?run={run}", Ct))!
            .AsArray().Select(i => (string)i!));
    }

    [Fact]
    public async Task What_is_deleted_can_be_restored_and_what_is_deleted_for_good_frees_its_file()
    {
        var run = await _server.RunAsync(_http, """{"model":"tiny","steps":3,"count":2,"seed":123456}""");
        var ids = await _http.SaveAsync(run);
        (await _http.DeleteAsync($"/api/v1/jobs/{run}?permanently=true", Ct)).EnsureSuccessStatusCode();
        Assert.Equal(2, await _http.ChangeAsync(HttpMethod.Post, "deletions", new { ids }));
        Assert.Equal(0, await _http.ChangeAsync(HttpMethod.Post, "deletions", new { ids }));
        Assert.Empty(await _http.ListAsync($"run={run}"));
        Assert.Equal(ids, await _http.ListAsync($"run={run}&deleted=true"));
        Assert.Equal(0, await _http.ChangeAsync(HttpMethod.Patch, "images", new { ids, starred = true }));
        Assert.Equal(1, await _http.ChangeAsync(HttpMethod.Post, "restorations", new { ids = ids[..1] }));
        Assert.Equal(ids[..1], await _http.ListAsync($"run={run}"));

        var files = Directory.GetFiles(Path.Combine(_server.Data, "blobs"), "*", SearchOption.AllDirectories).Length;
        Assert.Equal(2, await _http.ChangeAsync(HttpMethod.Post, "deletions?permanently=true", new { ids }));
        Assert.Equal(files - 2, Directory.GetFiles(Path.Combine(_server.Data, "blobs"), "*", SearchOption.AllDirectories).Length);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/gallery/images/{ids[0]}.png", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_selection_comes_as_one_zip_in_its_order()
    {
        var run = await _server.RunAsync(_http, """{"model":"tiny","steps":1,"count":3,"seed":9}""");
        var ids = await _http.SaveAsync(run);
        using var offered = await _http.PostAsJsonAsync("/api/v1/gallery/downloads", new { ids = new[] { ids[2], ids[0] } }, Ct);
        Assert.Equal(HttpStatusCode.Created, offered.StatusCode);
        using var response = await _http.GetAsync(offered.Headers.Location, HttpCompletionOption.ResponseHeadersRead, Ct);
        Assert.Equal("application/zip", response.Content.Headers.ContentType!.MediaType);
        using var zip = new ZipArchive(new MemoryStream(await response.Content.ReadAsByteArrayAsync(Ct)));
        Assert.Equal(["00001-tiny-11.png", "00002-tiny-9.png"], zip.Entries.Select(e => e.FullName));
        await using var entry = await zip.Entries[0].OpenAsync(Ct);
        using var content = new MemoryStream();
        await entry.CopyToAsync(content, Ct);
        Assert.Equal(await _http.GetByteArrayAsync($"/api/v1/gallery/images/{ids[2]}.png", Ct), content.ToArray());
        Assert.Equal(HttpStatusCode.NotFound,
            (await _http.GetAsync($"/api/v1/gallery/downloads/{new string('0', 32)}.zip", Ct)).StatusCode);
    }

    [Fact]
    public async Task Thumbnails_are_small_carry_no_recipe_and_are_kept_for_good()
    {
        var run = await _server.RunAsync(_http, """{"model":"tiny","steps":1,"count":1,"seed":9}""");
        var id = Assert.Single(await _http.SaveAsync(run));
        using var response = await _http.GetAsync($"/api/v1/gallery/images/{id}.webp?side=128", Ct);
        var file = await response.Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal("image/webp", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal((8, 8), (PictureFile.ReadHeader(file).Width, PictureFile.ReadHeader(file).Height));
        Assert.DoesNotContain("Steps", System.Text.Encoding.Latin1.GetString(file), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.GetAsync($"/api/v1/gallery/images/{id}.webp?side=100", Ct)).StatusCode);
    }

    [Fact]
    public async Task Boards_have_names_of_their_own_and_their_images_outlive_them()
    {
        var run = await _server.RunAsync(_http, """{"model":"tiny","steps":1,"count":1,"seed":9}""");
        var ids = await _http.SaveAsync(run);
        var (name, other) = ($"a {run}", $"b {run}");
        var board = await _http.AddBoardAsync($"  {name} ");
        using var twice = await _http.PostAsJsonAsync("/api/v1/gallery/boards", new { name }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
        Assert.Contains("already", (string)(await twice.ReadAsync())["detail"]!, StringComparison.Ordinal);
        await _http.ChangeAsync(HttpMethod.Patch, "images", new { ids, board });
        using (var renamed = await _http.PatchAsJsonAsync($"/api/v1/gallery/boards/{board}", new { name = other }, Ct))
        {
            var view = await renamed.ReadAsync();
            Assert.Equal((other, 1), ((string)view["name"]!, (int)view["count"]!));
        }
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/gallery/boards/{board}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.DeleteAsync($"/api/v1/gallery/boards/{board}", Ct)).StatusCode);
        Assert.Equal(ids, await _http.ListAsync($"run={run}&board=none"));
    }

    [Fact]
    public async Task Another_owners_images_are_as_good_as_none()
    {
        var id = await _server.AddForeignAsync();
        foreach (var path in new[] { id, $"{id}.png", $"{id}.webp", $"{id}/place" })
            Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/gallery/images/{path}", Ct)).StatusCode);
        var ids = new[] { id };
        Assert.Equal(0, await _http.ChangeAsync(HttpMethod.Patch, "images", new { ids, starred = true, addTags = new[] { "mine" } }));
        Assert.Equal(0, await _http.ChangeAsync(HttpMethod.Post, "deletions?permanently=true", new { ids }));
        Assert.Equal(0, await _http.ChangeAsync(HttpMethod.Post, "restorations", new { ids }));
        using var offered = await _http.PostAsJsonAsync("/api/v1/gallery/downloads", new { ids }, Ct);
        Assert.Equal(HttpStatusCode.NotFound, offered.StatusCode);
        await _server.ChangeRowsAsync(async (db, ct)
            => Assert.NotNull(await db.Set<GalleryImageRow>().FindAsync([id], ct)));
    }

    [Theory]
    [InlineData("POST", "images", """{"run":"none"}""", 404, "There is no run 'none'")]
    [InlineData("POST", "images", """{"run":"RUN","images":[5]}""", 400, "no image 5; its images are 0 to 0")]
    [InlineData("POST", "images", """{"run":"RUN","images":[-1]}""", 400, "no image -1")]
    [InlineData("POST", "images", """{"run":"RUN","board":"none"}""", 400, "no board 'none'")]
    [InlineData("PATCH", "images", """{"ids":[],"starred":true}""", 400, "1 to 50,000")]
    [InlineData("PATCH", "images", """{"ids":["x"],"rating":6}""", 400, "rating is 6; it must be 0 to 5")]
    [InlineData("PATCH", "images", """{"ids":["x"],"addTags":[" "]}""", 400, "tag is empty")]
    [InlineData("PATCH", "images", """{"ids":["x"],"board":"none"}""", 400, "no board 'none'")]
    [InlineData("PATCH", "images", """{"ids":["x"],"board":null,"color":1}""", 400, "color")]
    [InlineData("POST", "boards", "{}", 400, "The field 'name' is missing")]
    [InlineData("GET", "images?take=501", "", 400, "take is 501; it must be 1 to 500")]
    [InlineData("GET", "images?skip=-1", "", 400, "skip is -1")]
    [InlineData("GET", "images?after=abc", "", 400, "after is not the next of an earlier page")]
    [InlineData("GET", "images?after=9999999999999999999.00000000000000000000000000000000", "", 400, "after is not")]
    [InlineData("GET", "images?sort=best", "", 400, "sort is 'best'")]
    [InlineData("GET", "images?seed=many", "", 400, "seed")]
    [InlineData("GET", "images?from=yesterday", "", 400, "from")]
    [InlineData("POST", "boards", """{"name":"  "}""", 400, "needs a name")]
    [InlineData("POST", "boards", """{"name":null}""", 400, "name")]
    public async Task Bad_input_is_a_problem_that_says_what_is_allowed(string method, string path, string body, int status, string expected)
    {
        if (body.Contains("RUN", StringComparison.Ordinal))
            body = body.Replace("RUN", await _server.RunAsync(_http, """{"model":"tiny","steps":1,"count":1}"""), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/gallery/{path}");
        if (body.Length > 0) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, Ct);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(expected, (string)(await response.ReadAsync())["detail"]!, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Long_and_odd_texts_are_refused_or_kept_as_they_are()
    {
        var run = await _server.RunAsync(_http, """{"model":"tiny","steps":1,"count":1,"seed":9}""");
        var ids = await _http.SaveAsync(run);
        foreach (var body in new object[] { new { ids, note = new string('x', 2001) }, new { ids, addTags = new[] { new string('x', 51) } },
            new { ids, addTags = Enumerable.Range(0, 51).Select(i => $"t{i}") } })
        {
            using var refused = await _http.PatchAsJsonAsync("/api/v1/gallery/images", body, Ct);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
        const string Odd = "<script>alert(1)</script> ' OR 1=1 -- \u202E\u0000\uD800";
        await _http.ChangeAsync(HttpMethod.Patch, "images", new { ids, note = Odd, addTags = new[] { "<b>" } });
        var detail = await _http.GetAsJsonAsync($"/api/v1/gallery/images/{ids[0]}");
        Assert.StartsWith("<script>alert(1)</script> ' OR 1=1 --", (string)detail["note"]!, StringComparison.Ordinal);
        Assert.Equal(["<b>"], detail["tags"]!.AsArray().Select(t => (string)t!));
        for (var i = 0; i < 49; i++) await _http.ChangeAsync(HttpMethod.Patch, "images", new { ids, addTags = new[] { $"tag {i}" } });
        using var full = await _http.PatchAsJsonAsync("/api/v1/gallery/images", new { ids, addTags = new[] { "one more" } }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, full.StatusCode);
    }

    private async Task<JsonNode[]> BoardsAsync() => [.. (await _http.GetAsJsonAsync("/api/v1/gallery/boards")).AsArray().Select(b => b!)];
}
