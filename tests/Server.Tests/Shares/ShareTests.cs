using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Server.Shares;
using Playground.Server.Tests.Gallery;
using Playground.Server.Tests.Storage;

namespace Playground.Server.Tests.Shares;

public sealed class SqliteShareTests(ServerProcess server) : ShareTests<ServerProcess>(server);

public sealed class PostgresShareTests(PostgresServerProcess server) : ShareTests<PostgresServerProcess>(server);

/// <summary>Links to what others may see, over HTTP and on every kind of database.</summary>
public abstract partial class ShareTests<TServer> : IClassFixture<TServer>, IDisposable where TServer : ServerProcess
{
    private readonly TServer _server;
    private readonly HttpClient _http, _visitor;

    protected ShareTests(TServer server)
    {
        if (server is PostgresServerProcess) PostgresCluster.RequireInstalled();
        _server = server;
        _http = new HttpClient { BaseAddress = server.Address };
        _visitor = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _visitor.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_share_shows_its_images_by_names_of_its_own_until_it_is_revoked()
    {
        var ids = await SaveAsync(3);
        var (share, path) = await ShareAsync(new { kind = "selection", images = ids[..2], title = "Two" });
        using var page = await _visitor.GetAsync(path, Ct);
        var html = await page.Content.ReadAsStringAsync(Ct);
        var shown = NamesIn(html, path);
        Assert.Equal(2, shown.Length);
        Assert.All(ids, id => Assert.DoesNotContain(id, html, StringComparison.Ordinal));
        Assert.DoesNotContain(share, html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        var files = shown.SelectMany(n => new[] { $"{path}/{n}", $"{path}/{n}.webp", $"{path}/{n}.png" }).Append($"{path}/cover.jpg")
            .ToList();
        foreach (var file in files)
        {
            using var found = await _visitor.GetAsync(file, Ct);
            Assert.Equal(HttpStatusCode.OK, found.StatusCode);
            Assert.Matches("no-store|no-cache", found.Headers.CacheControl!.ToString());
        }
        // Names of one link mean nothing in another.
        var (_, other) = await ShareAsync(new { kind = "selection", images = ids[..2] });
        Assert.NotEqual(path, other);
        Assert.Equal(HttpStatusCode.NotFound, (await _visitor.GetAsync($"{other}/{shown[0]}.png", Ct)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/shares/{share}", Ct)).StatusCode);
        foreach (var file in files.Append(path))
            Assert.Equal(HttpStatusCode.NotFound, (await _visitor.GetAsync(file, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _visitor.GetAsync(other, Ct)).StatusCode);
    }

    [Fact]
    public async Task Twenty_four_images_are_under_200_KB_in_the_first_view_and_the_next_page_has_the_rest()
    {
        var ids = await SaveAsync(30);
        var (_, path) = await ShareAsync(new { kind = "selection", images = ids });
        var html = await _visitor.GetStringAsync(path, Ct);
        var names = NamesIn(html, path);
        Assert.Equal(24, names.Length);
        long bytes = html.Length + (await _visitor.GetByteArrayAsync("/_content/Playground.Client/share.css", Ct)).Length;
        foreach (var name in names) bytes += (await _visitor.GetByteArrayAsync($"{path}/{name}.webp", Ct)).Length;
        Assert.InRange(bytes, 1, 200_000);
        Assert.Equal(6, NamesIn(await _visitor.GetStringAsync($"{path}?page=2", Ct), path).Length);
        foreach (var odd in new[] { "0", "-1", "9999999999999", "x", "3" })
            Assert.Equal(HttpStatusCode.OK, (await _visitor.GetAsync($"{path}?page={odd}", Ct)).StatusCode);
    }

    [Fact]
    public async Task Originals_have_the_same_pixels_and_their_recipe_only_where_that_was_chosen()
    {
        var ids = await SaveAsync(1);
        var own = await _http.GetByteArrayAsync($"/api/v1/gallery/images/{ids[0]}.png", Ct);
        Assert.Contains("parameters", PngFile.ReadText(own).Keys);
        foreach (var metadata in new[] { false, true })
        {
            var (_, path) = await ShareAsync(new { kind = "image", target = ids[0], metadata });
            var name = NamesIn(await _visitor.GetStringAsync(path, Ct), path).Single();
            var file = await _visitor.GetByteArrayAsync($"{path}/{name}.png", Ct);
            Assert.Equal(PictureFile.Decode(own).Pixels, PictureFile.Decode(file).Pixels);
            Assert.Equal(metadata, PngFile.ReadText(file).ContainsKey("parameters"));
            var html = await _visitor.GetStringAsync($"{path}/{name}", Ct);
            Assert.Equal(metadata, html.Contains("<dt>Seed</dt>", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Previews_get_a_title_a_cover_and_robots_are_kept_away_unless_chosen()
    {
        var ids = await SaveAsync(2);
        var (_, path) = await ShareAsync(new { kind = "selection", images = ids, title = "\"Quoted\" <b>& more</b>", note = "A note" });
        using var page = await _visitor.GetAsync(path, Ct);
        var html = await page.Content.ReadAsStringAsync(Ct);
        Assert.Contains("og:title", html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("summary_large_image", html, StringComparison.Ordinal);
        Assert.Contains("noindex", page.Headers.GetValues("X-Robots-Tag").Single(), StringComparison.Ordinal);
        Assert.Contains("same-origin", page.Headers.GetValues("Referrer-Policy"));
        var cover = PictureFile.ReadHeader(await _visitor.GetByteArrayAsync($"{path}/cover.jpg", Ct));
        Assert.Equal((CoverImage.Width, CoverImage.Height), (cover.Width, cover.Height));

        var (_, listed) = await ShareAsync(new { kind = "selection", images = ids, indexed = true });
        using var open = await _visitor.GetAsync(listed, Ct);
        Assert.False(open.Headers.Contains("X-Robots-Tag"));
        Assert.DoesNotContain("noindex", await open.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_speaks_the_visitors_language()
    {
        var ids = await SaveAsync(1);
        var (_, path) = await ShareAsync(new { kind = "image", target = ids[0] });
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept-Language", "zh-CN,zh;q=0.9" } } };
        using var page = await _visitor.SendAsync(request, Ct);
        Assert.Contains("lang=\"zh-Hans\"", await page.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_asked_for_and_too_many_wrong_ones_end_the_asking()
    {
        var ids = await SaveAsync(1);
        var (_, path) = await ShareAsync(new { kind = "image", target = ids[0], title = "Secret", password = "öpen sésame" });
        var asked = await _visitor.GetStringAsync(path, Ct);
        Assert.Contains("type=\"password\"", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", asked, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _visitor.GetAsync($"{path}/cover.jpg", Ct)).StatusCode);

        using var wrong = await TryAsync(_visitor, path, "wrong");
        Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);
        using var right = await TryAsync(_visitor, path, "öpen sésame");
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        var cookie = right.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        var html = await _visitor.GetStringAsync(path, Ct);
        Assert.Contains("Secret", html, StringComparison.Ordinal);
        var name = NamesIn(html, path).Single();
        Assert.Equal(HttpStatusCode.OK, (await _visitor.GetAsync($"{path}/{name}.png", Ct)).StatusCode);

        using var stranger = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _server.Address };
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"{path}/{name}.png", Ct)).StatusCode);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 11; i++)
        {
            using var answer = await TryAsync(stranger, path, $"guess {i}");
            answers.Add(answer.StatusCode);
        }
        Assert.Equal(Enumerable.Repeat(HttpStatusCode.Forbidden, 10).Append(HttpStatusCode.TooManyRequests), answers);
        using var locked = await TryAsync(stranger, path, "öpen sésame");
        Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
        // Whoever is in stays in.
        Assert.Equal(HttpStatusCode.OK, (await _visitor.GetAsync($"{path}/{name}.png", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_run_is_shared_without_the_gallery_and_an_image_of_it_can_be_withdrawn()
    {
        var run = await _server.RunAsync(_http, """{"model":"tiny","steps":1,"count":3,"seed":60}""");
        var (share, path) = await ShareAsync(new { kind = "run", target = run });
        var before = NamesIn(await _visitor.GetStringAsync(path, Ct), path);
        Assert.Equal(3, before.Length);
        using (var put = await _http.PutAsync($"/api/v1/shares/{share}/withdrawals/1", null, Ct)) put.EnsureSuccessStatusCode();
        Assert.Equal([before[0], before[2]], NamesIn(await _visitor.GetStringAsync(path, Ct), path));
        foreach (var ending in new[] { "", ".webp", ".png", ".json" })
            Assert.Equal(HttpStatusCode.NotFound, (await _visitor.GetAsync($"{path}/{before[1]}{ending}", Ct)).StatusCode);
        var images = (await _http.GetAsJsonAsync($"/api/v1/shares/{share}/images")).AsArray();
        Assert.Equal([false, true, false], images.Select(i => (bool)i!["withdrawn"]!));
        (await _http.DeleteAsync($"/api/v1/shares/{share}/withdrawals/1", Ct)).EnsureSuccessStatusCode();
        Assert.Equal(before, NamesIn(await _visitor.GetStringAsync(path, Ct), path));
        Assert.Equal(HttpStatusCode.NotFound, (await _http.PutAsync($"/api/v1/shares/{share}/withdrawals/9", null, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_board_shows_what_is_on_it_now_and_nothing_once_it_is_gone()
    {
        var ids = await SaveAsync(3);
        var board = await _http.AddBoardAsync($"shared {ids[0]}");
        await _http.ChangeAsync(HttpMethod.Patch, "images", new { ids = ids[..1], board });
        var (_, path) = await ShareAsync(new { kind = "board", target = board });
        Assert.Single(NamesIn(await _visitor.GetStringAsync(path, Ct), path));
        await _http.ChangeAsync(HttpMethod.Patch, "images", new { ids = ids[1..], board });
        var html = await _visitor.GetStringAsync(path, Ct);
        Assert.Contains($"shared {ids[0]}", html, StringComparison.Ordinal);
        var names = NamesIn(html, path);
        Assert.Equal(3, names.Length);
        await _http.ChangeAsync(HttpMethod.Post, "deletions", new { ids = ids[..1] });
        Assert.Equal(HttpStatusCode.NotFound, (await _visitor.GetAsync($"{path}/{names[0]}.png", Ct)).StatusCode);
        (await _http.DeleteAsync($"/api/v1/gallery/boards/{board}", Ct)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NotFound, (await _visitor.GetAsync(path, Ct)).StatusCode);
    }

    [Fact]
    public async Task Another_link_ends_the_first_and_all_end_at_once()
    {
        var ids = await SaveAsync(1);
        var (share, path) = await ShareAsync(new { kind = "image", target = ids[0] });
        using var renewed = await _http.PostAsync($"/api/v1/shares/{share}/link", null, Ct);
        var fresh = (string)(await renewed.ReadAsync())["path"]!;
        Assert.Equal(HttpStatusCode.NotFound, (await _visitor.GetAsync(path, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _visitor.GetAsync(fresh, Ct)).StatusCode);
        Assert.Equal(1, (int)(await _http.GetAsJsonAsync($"/api/v1/shares/{share}"))["views"]!);
        await ShareAsync(new { kind = "gallery" });
        using var all = await _http.DeleteAsync("/api/v1/shares", Ct);
        Assert.True((int)(await all.ReadAsync())["count"]! >= 2);
        Assert.Equal(HttpStatusCode.NotFound, (await _visitor.GetAsync(fresh, Ct)).StatusCode);
        Assert.Empty((await _http.GetAsJsonAsync("/api/v1/shares")).AsArray());
    }

    [Fact]
    public async Task A_link_has_22_characters_and_the_server_keeps_only_its_hash()
    {
        var ids = await SaveAsync(1);
        var answers = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            using var response = await _http.PostAsJsonAsync("/api/v1/shares", new { kind = "image", target = ids[0] }, Ct);
            var made = await response.ReadAsync();
            var path = (string)made["path"]!;
            Assert.Matches("^/s/[A-Za-z0-9_-]{22}$", path);
            Assert.Equal(new Uri(_server.Address, path).ToString(), (string)made["address"]!);
            Assert.StartsWith("<svg", ((string)made["qrCode"]!).TrimStart(), StringComparison.Ordinal);
            Assert.True(answers.Add(path));
            await _server.ChangeRowsAsync((db, ct) =>
            {
                Assert.Contains(db.Set<ShareRow>(), s => s.TokenHash == ShareToken.HashOf(path[3..]));
                Assert.DoesNotContain(db.Set<ShareRow>(), s => s.TokenHash == path[3..] || s.Id == path[3..]);
                return Task.CompletedTask;
            });
        }
    }

    [Theory]
    [InlineData("""{"kind":"secret"}""", 400, "kind is 'secret'")]
    [InlineData("""{"kind":"selection"}""", 400, "Nothing is selected")]
    [InlineData("""{"kind":"selection","images":["none"]}""", 404, "There is no image 'none'")]
    [InlineData("""{"kind":"selection","images":["ID","FOREIGN"]}""", 404, "There is no image 'FOREIGN'")]
    [InlineData("""{"kind":"image"}""", 400, "target is missing")]
    [InlineData("""{"kind":"image","target":"FOREIGN"}""", 404, "There is no image 'FOREIGN'")]
    [InlineData("""{"kind":"image","target":"DELETED"}""", 404, "There is no image 'DELETED'")]
    [InlineData("""{"kind":"board","target":"none"}""", 404, "There is no board 'none'")]
    [InlineData("""{"kind":"board","target":"EMPTY"}""", 409, "The board has no images")]
    [InlineData("""{"kind":"run","target":"none"}""", 404, "There is no run 'none'")]
    [InlineData("""{"kind":"report","target":"none"}""", 404, "There is no report 0")]
    [InlineData("""{"kind":"image","target":"ID","title":"LONG"}""", 400, "The title has 10,000 characters; the limit is 200")]
    [InlineData("""{"kind":"image","target":"ID","note":"LONG"}""", 400, "The note has 10,000 characters; the limit is 2,000")]
    [InlineData("""{"kind":"image","target":"ID","password":"LONG"}""", 400, "The password has 10,000 characters; it must have 1 to 128")]
    [InlineData("""{"kind":"image","target":"ID","password":""}""", 400, "The password has 0 characters")]
    [InlineData("""{"kind":"image","target":"ID","expires":"2020-01-01T00:00:00Z"}""", 400, "would have ended already")]
    [InlineData("""{"kind":"image","target":"ID","expires":"0001-01-01T00:00:00Z"}""", 400, "would have ended already")]
    [InlineData("""{"kind":"image","target":"ID","expires":"soon"}""", 400, "expires")]
    [InlineData("""{"kind":null}""", 400, "kind")]
    [InlineData("""{"kind":"gallery","color":1}""", 400, "color")]
    public async Task Bad_input_is_a_problem_that_says_what_is_allowed(string body, int status, string expected)
    {
        var ids = await SaveAsync(2);
        await _http.ChangeAsync(HttpMethod.Post, "deletions", new { ids = ids[1..] });
        var (foreign, empty) = (await _server.AddForeignAsync(), await _http.AddBoardAsync($"empty {ids[0]}"));
        string Fill(string text) => text.Replace("\"ID\"", $"\"{ids[0]}\"", StringComparison.Ordinal)
            .Replace("DELETED", ids[1], StringComparison.Ordinal).Replace("FOREIGN", foreign, StringComparison.Ordinal)
            .Replace("EMPTY", empty, StringComparison.Ordinal).Replace("LONG", new string('x', 10_000), StringComparison.Ordinal);
        using var response = await _http.PostAsync("/api/v1/shares",
            new StringContent(Fill(body), System.Text.Encoding.UTF8, "application/json"), Ct);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(Fill(expected), (string)(await response.ReadAsync())["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_what_was_deleted_since_is_the_same_page_as_one_that_never_was()
    {
        var run = await _server.RunAsync(_http, $$"""{"model":"tiny","steps":1,"count":2,"seed":{{Random.Shared.Next()}}}""");
        var ids = await _http.SaveAsync(run);
        var board = await _http.AddBoardAsync($"gone {ids[0]}");
        await _http.ChangeAsync(HttpMethod.Patch, "images", new { ids, board });
        var paths = new List<string>();
        foreach (var body in new object[] { new { kind = "image", target = ids[0] }, new { kind = "selection", images = ids },
            new { kind = "run", target = run }, new { kind = "board", target = board } })
        {
            var (_, path) = await ShareAsync(body);
            paths.Add(path);
            Assert.Equal(HttpStatusCode.OK, (await _visitor.GetAsync(path, Ct)).StatusCode);
        }
        await _http.ChangeAsync(HttpMethod.Post, "deletions?permanently=true", new { ids });
        (await _http.DeleteAsync($"/api/v1/gallery/boards/{board}", Ct)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/jobs/{run}?permanently=true", Ct)).StatusCode);
        using var never = await _visitor.GetAsync("/s/AAAAAAAAAAAAAAAAAAAAAA", Ct);
        foreach (var path in paths)
        {
            using var page = await _visitor.GetAsync(path, Ct);
            Assert.Equal(never.StatusCode, page.StatusCode);
            Assert.Equal(await never.Content.ReadAsStringAsync(Ct), await page.Content.ReadAsStringAsync(Ct));
        }
    }

    [Fact]
    public async Task A_password_of_a_megabyte_is_refused_where_it_is_set_and_where_it_is_asked_for()
    {
        var ids = await SaveAsync(1);
        var long_ = new string('x', 1 << 20);
        // The answers come before the bodies have been sent.
        _http.DefaultRequestHeaders.ExpectContinue = _visitor.DefaultRequestHeaders.ExpectContinue = true;
        using var set = await _http.PostAsJsonAsync("/api/v1/shares", new { kind = "image", target = ids[0], password = long_ }, Ct);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, set.StatusCode);
        var (_, path) = await ShareAsync(new { kind = "image", target = ids[0], password = "short" });
        using var asked = await TryAsync(_visitor, path, long_);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, asked.StatusCode);
    }

    [Fact]
    public async Task What_an_attacker_wrote_into_a_recipe_is_only_text_on_the_page()
    {
        const string Attack = "\"><script>alert(1)</script><img src=x onerror=alert(2)>";
        var ids = await SaveAsync(1);
        await _server.ChangeRowsAsync(async (db, ct) =>
        {
            var row = await db.Set<Server.Gallery.GalleryImageRow>().FindAsync([ids[0]], ct);
            row!.Note = Attack;
            await db.SaveChangesAsync(ct);
        });
        var (_, path) = await ShareAsync(new { kind = "image", target = ids[0], title = Attack, note = Attack, metadata = true });
        var name = NamesIn(await _visitor.GetStringAsync(path, Ct), path).Single();
        foreach (var address in new[] { path, $"{path}/{name}" })
        {
            using var page = await _visitor.GetAsync(address, Ct);
            var html = await page.Content.ReadAsStringAsync(Ct);
            Assert.DoesNotContain("<script>alert", html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img src=x", html, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_remix_of_a_shared_image_is_offered_only_where_it_is_allowed()
    {
        var ids = await SaveAsync(1);
        foreach (var remix in new[] { true, false })
        {
            var (_, path) = await ShareAsync(new { kind = "image", target = ids[0], remix });
            var name = NamesIn(await _visitor.GetStringAsync(path, Ct), path).Single();
            var html = await _visitor.GetStringAsync($"{path}/{name}", Ct);
            Assert.Equal(remix, html.Contains($"/play?from=share.{path[3..]}.{name}", StringComparison.Ordinal));
            // The settings themselves are on the Play page, which is made on the server too.
            var play = await _visitor.GetStringAsync($"/play?from=share.{path[3..]}.{name}", Ct);
            Assert.Equal(!remix, play.Contains("The settings cannot be opened", StringComparison.Ordinal));
        }
    }

    private async Task<string[]> SaveAsync(int count)
        => await _http.SaveAsync(await _server.RunAsync(_http,
            $$"""{"model":"tiny","steps":1,"count":{{count}},"seed":{{Random.Shared.Next()}}}"""));

    [Fact]
    public async Task A_shared_report_says_what_its_scores_mean_in_the_visitors_language()
    {
        IdxPair.WriteNoise(_server.References, "noise", 20, 28);
        using var start = await _http.PostAsJsonAsync("/api/v1/evaluations",
            new { model = "mnist", reference = "file:noise", samplers = new[] { "ddim" }, steps = new[] { 1 }, count = 10 }, Ct);
        Assert.True(start.IsSuccessStatusCode, await start.Content.ReadAsStringAsync(Ct));
        var id = (string)(await start.ReadAsync())["job"]!["id"]!;
        using (var hub = await HubClient.ConnectAsync(_server.Address))
        {
            await hub.WatchAsync($"""["{id}", 0]""");
            var (items, _) = await hub.ReadStreamAsync();
            Assert.Equal("succeeded", (string)items[^1]["job"]!["status"]!);
        }
        var (_, path) = await ShareAsync(new { kind = "report", target = id, title = "Scores" });
        var english = WebUtility.HtmlDecode(await _visitor.GetStringAsync(path, Ct));
        Assert.Contains("Do not rely on it: 20 real images are fewer than", english, StringComparison.Ordinal);
        Assert.DoesNotContain("Code =", english, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptLanguage.ParseAdd("zh-CN");
        using var response = await _visitor.SendAsync(request, Ct);
        var chinese = WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Ct));
        Assert.Contains("20 张", chinese, StringComparison.Ordinal);
        Assert.DoesNotContain("Do not rely", chinese, StringComparison.Ordinal);
        Assert.DoesNotMatch("<p class=\"note\">[A-Za-z ]+<", chinese);
    }

    private async Task<(string Id, string Path)> ShareAsync(object body)
    {
        using var response = await _http.PostAsJsonAsync("/api/v1/shares", body, Ct);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync(Ct));
        var made = await response.ReadAsync();
        return ((string)made["share"]!["id"]!, (string)made["path"]!);
    }

    private static Task<HttpResponseMessage> TryAsync(HttpClient http, string path, string password)
        => http.PostAsync(path, new FormUrlEncodedContent([new("password", password)]), Ct);

    private static string[] NamesIn(string html, string path)
        => [.. Thumbnail().Matches(html).Where(m => m.Groups["path"].Value == path).Select(m => m.Groups["name"].Value)];

    [GeneratedRegex("src=\"(?<path>/s/[^/\"]+)/(?<name>[A-Za-z0-9_-]{22})\\.webp\"")]
    private static partial Regex Thumbnail();
}
