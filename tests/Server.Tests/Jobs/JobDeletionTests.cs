using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;
using Playground.Server.Tests.Storage;

namespace Playground.Server.Tests.Jobs;

[Collection(Servers.Plain)]
public sealed class SqliteJobDeletionTests(ServerProcess server) : JobDeletionTests<ServerProcess>(server);

public sealed class PostgresJobDeletionTests(PostgresServerProcess server)
    : JobDeletionTests<PostgresServerProcess>(server), IClassFixture<PostgresServerProcess>;

/// <summary>Jobs that have ended go when they are asked to, with everything that they keep, and what others need stays.</summary>
public abstract class JobDeletionTests<TServer> : IDisposable where TServer : ServerProcess
{
    private readonly TServer _server;
    private readonly HttpClient _http;

    protected JobDeletionTests(TServer server)
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
    public async Task A_sampling_goes_with_its_images_and_those_that_another_made_too_stay()
    {
        var before = Blobs();
        var one = await SampleAsync(seed: 41);
        var two = await SampleAsync(seed: 41);
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(one));
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/jobs/{one}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/jobs/{one}/0.png", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(one));
        Assert.NotEmpty(await _http.GetByteArrayAsync($"/api/v1/jobs/{two}/0.png", Ct));

        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(two));
        Assert.Equal(before, Blobs());
    }

    [Fact]
    public async Task An_image_that_was_uploaded_stays_when_a_job_that_made_the_same_goes()
    {
        var id = await SampleAsync(seed: 43);
        var bytes = await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/0.png", Ct);
        using var upload = await _http.PostAsync("/api/v1/pictures", new ByteArrayContent(bytes), Ct);
        var picture = (string)(await upload.ReadAsync())["id"]!;
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(id));
        Assert.NotEmpty(await _http.GetByteArrayAsync($"/api/v1/pictures/{picture}.png", Ct));
    }

    [Fact]
    public async Task A_job_that_has_not_ended_is_not_deleted()
    {
        var id = await _http.StartAsync("""{"model":"tiny","sampler":"ddpm","steps":1000,"count":64}""");
        Assert.Equal(HttpStatusCode.Conflict, await DeleteAsync(id));
        await _http.DeleteAsync($"/api/v1/jobs/{id}", Ct);
        await EndAsync(id);
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(id));
    }

    [Fact]
    public async Task A_canceled_job_runs_again_with_the_same_id_and_makes_what_it_was_asked_for()
    {
        var id = await _http.StartAsync("""{"model":"tiny","sampler":"ddpm","steps":60,"count":64,"seed":1}""");
        await _http.DeleteAsync($"/api/v1/jobs/{id}", Ct);
        Assert.Equal("canceled", (string)(await EndAsync(id))["status"]!);
        using var retry = await _http.PostAsync($"/api/v1/jobs/{id}/retry", null, Ct);
        Assert.Equal(HttpStatusCode.Accepted, retry.StatusCode);
        Assert.Equal("succeeded", (string)(await EndAsync(id))["status"]!);
        Assert.NotEmpty(await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/63.png", Ct));
        using var again = await _http.PostAsync($"/api/v1/jobs/{id}/retry", null, Ct);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        using var none = await _http.PostAsync("/api/v1/jobs/none/retry", null, Ct);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task An_evaluation_goes_with_its_reports_and_a_report_is_no_image()
    {
        WriteReference();
        using var start = await _http.PostAsJsonAsync("/api/v1/evaluations",
            new { model = "mnist", reference = "file:small", samplers = new[] { "ddim" }, steps = new[] { 1 }, count = 10 }, Ct);
        Assert.True(start.IsSuccessStatusCode, await start.Content.ReadAsStringAsync(Ct));
        var id = (string)(await start.ReadAsync())["job"]!["id"]!;
        Assert.Equal("succeeded", (string)(await EndAsync(id))["status"]!);
        Assert.Contains("\"scores\"", await _http.GetStringAsync($"/api/v1/evaluations/{id}/report.json", Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/jobs/{id}/report-0.json.png", Ct)).StatusCode);

        Assert.True(Directory.Exists(Path.Combine(_server.Data, "evaluations", id)));
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/evaluations/{id}", Ct)).StatusCode);
        Assert.False(Directory.Exists(Path.Combine(_server.Data, "evaluations", id)));
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/evaluations/{id}", Ct)).StatusCode);
    }

    private void WriteReference()
    {
        Directory.CreateDirectory(_server.References);
        var images = new byte[16 + 20 * 28 * 28];
        new byte[] { 0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 28, 0, 0, 0, 28 }.CopyTo(images, 0);
        new Random(1).NextBytes(images.AsSpan(16));
        File.WriteAllBytes(Path.Combine(_server.References, "small-images-idx3-ubyte"), images);
        File.WriteAllBytes(Path.Combine(_server.References, "small-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 20, .. new byte[20]]);
    }

    private async Task<string> SampleAsync(int seed)
    {
        var id = await _http.StartAsync($$"""{"model":"tiny","steps":2,"count":2,"seed":{{seed}},"classes":[1]}""");
        Assert.Equal("succeeded", (string)(await EndAsync(id))["status"]!);
        return id;
    }

    // What is shown as ended is written a moment later.
    private async Task<JsonNode> EndAsync(string id)
    {
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        var job = (await hub.ReadStreamAsync()).Items[^1]["job"]!;
        while ((await HistoryAsync(id))[^1] != (string)job["status"]!) await Task.Delay(5, Ct);
        return job;
    }

    private async Task<IReadOnlyList<string>> HistoryAsync(string id)
        => [.. JsonNode.Parse(await _http.GetStringAsync($"/api/v1/jobs/{id}/history", Ct))!.AsArray().Select(e => (string)e!["what"]!)];

    private async Task<HttpStatusCode> DeleteAsync(string id)
    {
        using var response = await _http.DeleteAsync($"/api/v1/jobs/{id}?permanently=true", Ct);
        return response.StatusCode;
    }

    private IReadOnlyList<string> Blobs()
    {
        var folder = Path.Combine(_server.Data, "blobs");
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)).Order()]
            : [];
    }
}
