using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;
using Playground.Server.Tests.Datasets;

namespace Playground.Server.Tests.Jobs;

/// <summary>Imports and packing are jobs like any other: listed, watched, canceled, with a history.</summary>
[Collection(Servers.Datasets)]
public sealed class JobKindsTests(DatasetServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_and_a_version_have_jobs_that_their_owner_finds()
    {
        var made = await server.MakeAsync(("1.png", TestPicture.Png(1)), ("2.png", TestPicture.Png(2)));
        var import = await JobAsync((string)made["job"]!);
        Assert.Equal(("dataset-import", "succeeded", (string)made["id"]!),
            ((string)import["kind"]!, (string)import["status"]!, (string)import["request"]!["dataset"]!));

        var edited = await server.EditAsync((string)made["id"]!, """{"size":8}""");
        Assert.Null((string?)edited["versions"]![0]!["job"]);
        var packing = await JobAsync((string)edited["versions"]![1]!["job"]!);
        Assert.Equal(("dataset-version", "succeeded"), ((string)packing["kind"]!, (string)packing["status"]!));
        Assert.Equal(["queued", "running", "succeeded"],
            (await server.Http.GetFromJsonAsync<JsonNode>($"/api/v1/jobs/{packing["id"]}/history", Ct))!.AsArray()
                .Select(e => (string)e!["what"]!));
        using var retry = await server.Http.PostAsync($"/api/v1/jobs/{packing["id"]}/retry", null, Ct);
        Assert.Equal(HttpStatusCode.Conflict, retry.StatusCode);

        // The job may go; what it made stays.
        using var deleted = await server.Http.DeleteAsync($"/api/v1/jobs/{import["id"]}?permanently=true", Ct);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("ready", (string)(await server.FindAsync((string)made["id"]!))["status"]!);
    }

    [Fact]
    public async Task A_watcher_of_an_import_sees_its_stages_and_its_end()
    {
        var zip = new ZipForge();
        for (var i = 0; i < 300; i++) zip.Add($"{i}.png", TestPicture.Png(i, 64, 64));
        var id = await server.CreateAsync(new JsonObject
        { ["name"] = "watched", ["uploads"] = new JsonArray(await server.Tus.UploadAsync(zip.ToArray(), "watched.zip")) });
        using var hub = await HubClient.ConnectAsync(server.Address);
        await hub.WatchAsync($"""["{(await server.FindAsync(id))["job"]}", 0]""");
        var jobs = (await hub.ReadStreamAsync()).Items.Select(i => i["job"]!).ToList();
        Assert.Equal("succeeded", (string)jobs[^1]["status"]!);
        Assert.Contains("reading", jobs.Select(j => (string?)j["stage"]?["name"]));
        var steps = jobs.Select(j => (int)j["step"]!).ToList();
        Assert.Equal(steps.Order(), steps);
    }

    [Fact]
    public async Task An_import_that_fails_says_why_in_its_job_and_in_its_data_set()
    {
        var made = await server.MakeAsync(("1.txt", "no image"u8.ToArray()));
        var job = await JobAsync((string)made["job"]!);
        Assert.Equal(("failed", "failed"), ((string)made["status"]!, (string)job["status"]!));
        Assert.Equal((string)made["error"]!, (string)job["error"]!);
        Assert.DoesNotContain(server.Data, (string)job["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_comes_in_by_a_job_unless_somebody_waits_for_it()
    {
        var zip = ModelZip.Pack(ModelZip.FilesOf(Path.Combine(server.Models, "tiny")));
        using var content = new ByteArrayContent(zip);
        using var begun = await server.Http.PostAsync("/api/v1/models?name=by-a-job", content, Ct);
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        var id = (string)(await begun.ReadAsync())["id"]!;
        var job = await EndAsync(id);
        Assert.Equal(("model-import", "succeeded", "by-a-job"),
            ((string)job["kind"]!, (string)job["status"]!, (string)job["result"]!["model"]!["name"]!));
        Assert.Contains("by-a-job", await server.Http.ModelNamesAsync());

        using var bad = await server.Http.PostAsync("/api/v1/models?name=bad", new ByteArrayContent([1, 2, 3]), Ct);
        job = await EndAsync((string)(await bad.ReadAsync())["id"]!);
        Assert.Equal(("failed", 400), ((string)job["status"]!, (int)job["result"]!["status"]!));
        Assert.DoesNotContain(server.Models, (string)job["error"]!, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Path.Combine(server.Models, ".incoming")));
    }

    private async Task<JsonNode> EndAsync(string id)
    {
        using var hub = await HubClient.ConnectAsync(server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        return (await hub.ReadStreamAsync()).Items[^1]["job"]!;
    }

    private async Task<JsonNode> JobAsync(string id)
    {
        await EndAsync(id);
        var job = (await server.Http.GetFromJsonAsync<JsonNode>($"/api/v1/jobs/{id}", Ct))!;
        while ((await server.Http.GetFromJsonAsync<JsonNode>($"/api/v1/jobs/{id}/history", Ct))!.AsArray()[^1]!["what"]!.ToString()
            != (string)job["status"]!) await Task.Delay(5, Ct);
        return job;
    }
}
