using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Server.Jobs;
using Playground.Server.Tests.Storage;

namespace Playground.Server.Tests;

[Collection(Servers.Plain)]
public sealed class SqliteSamplesTests(ServerProcess server) : SamplesTests<ServerProcess>(server);

public sealed class PostgresSamplesTests(PostgresServerProcess server)
    : SamplesTests<PostgresServerProcess>(server), IClassFixture<PostgresServerProcess>;

/// <summary>Jobs that sample, over HTTP and the hub, on every kind of database.</summary>
public abstract class SamplesTests<TServer> : IDisposable where TServer : ServerProcess
{
    private readonly TServer _server;
    private readonly HttpClient _http;

    protected SamplesTests(TServer server)
    {
        if (server is PostgresServerProcess) PostgresCluster.RequireInstalled();
        _server = server;
        _http = new HttpClient { BaseAddress = server.Address };
    }

    public void Dispose()
    {
        _http.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_job_runs_to_its_pictures_and_its_watcher_sees_every_state_and_the_last_frame()
    {
        var id = await _http.StartAsync("""{"model":"tiny","steps":20,"count":3,"seed":9,"classes":[2]}""");
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        var (items, error) = await hub.ReadStreamAsync();
        Assert.Null(error);
        Assert.Equal("succeeded", items[^1]["job"]!["status"]!.GetValue<string>());
        var sequences = items.Select(i => i["job"]!["sequence"]!.GetValue<long>()).ToList();
        Assert.Equal(sequences.Order().Distinct(), sequences);

        var frame = items.Last(i => i["frame"] is not null)["frame"]!;
        Assert.Equal(20, frame["step"]!.GetValue<int>());
        var file = await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/grid.png", TestContext.Current.CancellationToken);
        Assert.Equal(PictureFile.Decode(file).Pixels, PictureFile.Decode(Convert.FromBase64String(frame["xt"]!.GetValue<string>())).Pixels);
    }

    [Fact]
    public async Task A_pictures_PNG_carries_the_recipe_that_makes_it_again_alone()
    {
        var id = await _http.StartAsync("""{"model":"tiny","steps":5,"count":3,"seed":9,"classes":[2]}""");
        await EndAsync(id);
        var third = await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/2.png", TestContext.Current.CancellationToken);
        var recipe = PngFile.ReadText(third);
        Assert.Contains("Seed: 11, Size: 8x8", recipe["parameters"], StringComparison.Ordinal);

        var again = await _http.StartAsync(recipe["playground"]);
        await EndAsync(again);
        var alone = await _http.GetByteArrayAsync($"/api/v1/jobs/{again}/0.png", TestContext.Current.CancellationToken);
        Assert.Equal(PictureFile.Decode(third).Pixels, PictureFile.Decode(alone).Pixels);
    }

    [Fact]
    public async Task Pictures_are_fetched_enlarged_and_all_at_once_each_with_its_recipe()
    {
        var id = await _http.StartAsync("""{"model":"tiny","steps":2,"count":12,"seed":9}""");
        await EndAsync(id);
        var ct = TestContext.Current.CancellationToken;
        var small = PictureFile.Decode(await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/11.png", ct));
        var file = await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/11.png?scale=8", ct);
        Assert.Equal(small.Enlarge(8).Pixels, PictureFile.Decode(file).Pixels);
        Assert.Contains("Seed: 20, Size: 8x8", PngFile.ReadText(file)["parameters"], StringComparison.Ordinal);

        using var response = await _http.GetAsync($"/api/v1/jobs/{id}/images.zip?scale=8", ct);
        Assert.Equal($"playground-{id[..8]}.zip", response.Content.Headers.ContentDisposition!.FileName);
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync(ct));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"{i:00}.png"), zip.Entries.Select(e => e.FullName));
        await using var entry = await zip.Entries[11].OpenAsync(ct);
        using var content = new MemoryStream();
        await entry.CopyToAsync(content, ct);
        Assert.Equal(file, content.ToArray());

        foreach (var path in new[] { "0.png?scale=0", "0.png?scale=17", "images.zip?scale=-1" })
            Assert.Equal(HttpStatusCode.BadRequest, (await _http.GetAsync($"/api/v1/jobs/{id}/{path}", ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound,
            (await _http.GetAsync("/api/v1/jobs/00000000000000000000000000000000/images.zip", ct)).StatusCode);
    }

    [Fact]
    public async Task Every_sampler_that_is_listed_makes_pictures_and_its_options_are_in_the_recipe()
    {
        var samplers = JsonNode.Parse(await _http.GetStringAsync("/api/v1/samplers", TestContext.Current.CancellationToken))!.AsArray();
        Assert.Equal(11, samplers.Count);
        foreach (var sampler in samplers)
        {
            var karras = sampler!["options"]!.AsArray().Any(o => (string)o! == "karrasSigmas");
            var id = await _http.StartAsync(
                $$"""{"model":"tiny","sampler":"{{sampler["name"]}}","steps":6,"count":1,"options":{{(karras
                    ? """{"karrasSigmas":true}""" : "null")}}}""");
            var job = await EndAsync(id);
            Assert.Equal(("succeeded", job["steps"]!.GetValue<int>()), (job["status"]!.GetValue<string>(), job["step"]!.GetValue<int>()));
            var recipe = PngFile.ReadText(await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/0.png", TestContext.Current.CancellationToken));
            Assert.Contains($"Sampler: {sampler["title"]}{(karras ? " Karras" : "")},", recipe["parameters"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_cancelled_job_stops_and_its_place_goes_to_the_next()
    {
        var first = await _http.StartAsync("""{"model":"tiny","sampler":"ddpm","steps":1000,"count":64}""");
        var second = await _http.StartAsync("""{"model":"tiny","steps":2,"count":1}""");
        Assert.Equal(HttpStatusCode.Accepted,
            (await _http.DeleteAsync($"/api/v1/jobs/{first}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("canceled", (await EndAsync(first))["status"]!.GetValue<string>());
        Assert.Equal("succeeded", (await EndAsync(second))["status"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.Conflict,
            (await _http.DeleteAsync($"/api/v1/jobs/{first}", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task The_newest_job_stands_first_in_the_list_of_its_kind()
    {
        await EndAsync(await _http.StartAsync("""{"model":"tiny","steps":1,"count":1}"""));
        var id = await _http.StartAsync("""{"model":"tiny","steps":2,"count":1}""");
        var list = JsonNode.Parse(await _http.GetStringAsync("/api/v1/jobs?kind=sample", TestContext.Current.CancellationToken))!.AsArray();
        Assert.Equal(id, list[0]!["id"]!.GetValue<string>());
        Assert.Equal(2, list[0]!["request"]!["steps"]!.GetValue<int>());
        Assert.Equal("[]", await _http.GetStringAsync("/api/v1/jobs?kind=training", TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task A_watcher_that_never_reads_does_not_hold_the_job_up()
    {
        var id = await _http.StartAsync("""{"model":"tiny","sampler":"ddpm","steps":1000,"count":64}""");
        using var stalled = await HubClient.ConnectAsync(_server.Address);
        await stalled.WatchAsync($"""["{id}", 0]""");
        // The server may cut the connection of one that reads nothing; it never waits for it.
        Assert.Equal("succeeded", (await EndAsync(id))["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"model":"tiny","steps":0}""", "steps is 0; it must be 1 to 1000")]
    [InlineData("""{"model":"tiny","steps":-1}""", "steps is -1")]
    [InlineData("""{"model":"tiny","steps":1001}""", "steps is 1001")]
    [InlineData("""{"model":"tiny","steps":"many"}""", "'steps'")]
    [InlineData("""{"model":"tiny","count":0}""", "count is 0; it must be 1 to 64")]
    [InlineData("""{"model":"tiny","count":10000}""", "count is 10000")]
    [InlineData("""{"model":"tiny","classes":[3]}""", "class 3 does not exist; the model's classes are 0 to 2")]
    [InlineData("""{"model":"../tiny"}""", "'../tiny' is not installed")]
    [InlineData("""{"model":"tiny","guidance":NaN}""", "'guidance' is not JSON: texts are in double quotes, and numbers are finite")]
    [InlineData("""{"model":"tiny","guidance":"NaN"}""", "'guidance' is a text; it must be a number, without quotes.")]
    [InlineData("""{"model":"tiny","guidance":1e400}""", "'guidance' is too large for a number; it must be finite.")]
    [InlineData("""{"prompt":5}""", "'prompt' is a number; it must be a text.")]
    [InlineData("""{"prompt":null}""", "'prompt' is null; leave it out, or give it a value.")]
    [InlineData("""{"prompt":"\ud800"}""", "'prompt' is not Unicode: a character is cut in half.")]
    [InlineData("""{"classes":{}}""", "'classes' must be a list.")]
    [InlineData("""{"seeds":[1,"x"]}""", "'seeds[1]' is a text; it must be a whole number, without quotes.")]
    [InlineData("""{"init":[null]}""", "'init' has null in it; leave that out.")]
    [InlineData("""{"repaint":[]}""", "'repaint' must be an object.")]
    [InlineData("""{"repaint":{"jumpLength":null}}""", "'repaint.jumpLength' is null; it must be a whole number.")]
    [InlineData("""{"guidanceInterval":5}""", "'guidanceInterval' must be a list.")]
    [InlineData("""{"interpolate":{"from":"a","to":"b","to":"c"}}""", "'interpolate.to' stands there twice; leave one out.")]
    [InlineData("""{"options":{"order":2,"order":3}}""", "'options' has a name in it that stands there twice; leave one out.")]
    [InlineData("""{"steps":2147483648}""", "'steps' must be a whole number from -2,147,483,648 to 2,147,483,647.")]
    [InlineData("""{"seed":5.5}""", "'seed' must be a whole number from -9,223,372,036,854,775,808 to 9,223,372,036,854,775,807.")]
    [InlineData("""{"model":"tiny","sampler":null}""", "sampler")]
    [InlineData("""{"model":null}""", "model")]
    [InlineData("""{"model":"tiny","options":{"karras":true}}""", "options.karras is not known")]
    [InlineData("""{"model":"tiny","sampler":"unipc","options":{"order":"two"}}""", "options.order")]
    [InlineData("""{"model":"tiny","sampler":"unipc","options":{"order":4}}""", "order is 4; it must be 1 to 3 for unipc")]
    [InlineData("""{"model":"tiny","sampler":"ddpm","options":{"karrasSigmas":true}}""", "karrasSigmas does not go with ddpm")]
    [InlineData("""{"model":"tiny","options":[]}""", "'options' is a list; it must be an object.")]
    [InlineData("""{"model":"tiny","classes":null}""", "classes")]
    [InlineData("""{"model":"tiny","stepz":5}""", "There is no field 'stepz'")]
    [InlineData("""{"model":"tiny","repaint":{"jump":5}}""", "There is no field 'repaint.jump'")]
    [InlineData("""{"model":"tiny","steps":"5"}""", "'steps' is a text; it must be a whole number, without quotes.")]
    [InlineData("""{"model":"tiny","steps":5,"steps":6}""", "'steps' stands there twice; leave one out.")]
    [InlineData("""steps=50""", "not JSON")]
    [InlineData("", "body")]
    [InlineData("null", "an object such as")]
    public async Task Bad_input_is_a_problem_that_says_what_is_allowed(string body, string expected)
    {
        var response = await _http.SampleAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains(expected, (await response.ReadAsync())["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_a_hundred_megabytes_is_refused()
    {
        var body = new ByteArrayContent(new byte[100_000_000]) { Headers = { { "Content-Type", "application/json" } } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/samples")
        { Content = body, Headers = { ExpectContinue = true } };
        var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("at most 64 KiB", (await response.ReadAsync())["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_of_another_owner_is_as_good_as_none()
    {
        var id = Guid.NewGuid().ToString("N");
        await _server.ChangeRowsAsync((db, ct) =>
        {
            db.Add(new JobRow
            {
                Id = id,
                Owner = "stranger",
                Kind = JobKind.Sample,
                Status = JobStatus.Succeeded,
                Request = "{}",
                Sequence = 1,
                Steps = 1,
                Created = DateTimeOffset.UtcNow
            });
            return db.SaveChangesAsync(ct);
        });
        foreach (var path in new[] { id, "none" })
        {
            Assert.Equal(HttpStatusCode.NotFound,
                (await _http.GetAsync($"/api/v1/jobs/{path}", TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound,
                (await _http.DeleteAsync($"/api/v1/jobs/{path}", TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound,
                (await _http.GetAsync($"/api/v1/jobs/{path}/grid.png", TestContext.Current.CancellationToken)).StatusCode);
        }
    }

    [Theory]
    [InlineData("""["../x", 0]""", "32 hexadecimal digits")]
    [InlineData("""[null, 0]""", "32 hexadecimal digits")]
    [InlineData("""["00000000000000000000000000000000", 0]""", "There is no job")]
    [InlineData("""["00000000000000000000000000000000", -1]""", "afterSequence is -1")]
    public async Task Garbage_to_the_hub_is_an_error_and_the_hub_goes_on(string arguments, string expected)
    {
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync(arguments);
        Assert.Contains(expected, (await hub.ReadStreamAsync()).Error, StringComparison.Ordinal);
        await hub.WatchAsync(arguments);
        Assert.NotNull((await hub.ReadStreamAsync()).Error);
    }

    [Fact]
    public async Task The_interface_is_described()
    {
        var document = JsonNode.Parse(await _http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;
        Assert.NotNull(document["paths"]!["/api/v1/samples"]);
    }

    private async Task<JsonNode> EndAsync(string id)
    {
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        return (await hub.ReadStreamAsync()).Items[^1]["job"]!;
    }
}
