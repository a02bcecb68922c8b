using System.Net;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Server.Tests.Datasets;

namespace Playground.Server.Tests.Storage;

/// <summary>What the server does while its PostgreSQL is away: the real one, stopped and started.</summary>
[Trait("Category", "long")]
[Collection(Servers.Alone)]
public sealed class PostgresOutageTests : IAsyncLifetime
{
    private readonly PostgresCluster _cluster;
    private readonly StorageServer _server = new();

    public PostgresOutageTests(PostgresCluster cluster)
    {
        PostgresCluster.RequireInstalled();
        _cluster = cluster;
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server.Connection = await _cluster.CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        // The other tests want it too.
        await _cluster.StartAsync();
    }

    [Fact]
    public async Task Down_at_the_start_it_is_waited_for_and_everything_else_is_served()
    {
        await _cluster.StopAsync();
        await _server.StartAsync();
        Assert.Contains("The database is not available. PostgreSQL at 127.0.0.1:", _server.Log, StringComparison.Ordinal);
        Assert.Contains("Start PostgreSQL, or correct ConnectionStrings:Playground.", _server.Log, StringComparison.Ordinal);

        var (status, detail, retryAfter) = await _server.ProblemAsync(http => http.GetAsync("/api/v1/jobs", Ct));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The database cannot be reached right now. Try again in a few seconds.",
            TimeSpan.FromSeconds(5)), (status, detail, retryAfter));
        using (var page = new HttpRequestMessage(HttpMethod.Get, "/datasets") { Headers = { { "Accept", "text/html" } } })
        using (var answer = await _server.Http.SendAsync(page, Ct))
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "text/html"),
                (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.Contains("The database cannot be reached right now.", await answer.Content.ReadAsStringAsync(Ct),
                StringComparison.Ordinal);
        }
        using (var models = await _server.Http.GetAsync("/api/v1/samplers", Ct)) Assert.Equal(HttpStatusCode.OK, models.StatusCode);

        await _cluster.StartAsync();
        await _server.LineAsync("The database is back");
        var id = await _server.Http.StartAsync("""{"model":"tiny","steps":2,"count":1}""");
        Assert.Equal("succeeded", (string)(await _server.EndAsync(id))["status"]!);
    }

    [Fact]
    public async Task Gone_and_back_in_mid_run_it_costs_no_job_and_no_upload_anything()
    {
        await _server.StartAsync();
        var tus = new TusClient(_server.Http);
        var upload = await tus.BeginAsync(1000);
        using (var first = await tus.PatchAsync(upload, 0, new byte[400])) Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        var id = await _server.Http.StartAsync("""{"model":"tiny","sampler":"ddpm","steps":300,"count":2,"seed":4}""");
        await _server.WaitAsync(id, j => (int)j["step"]! > 0);

        await _cluster.StopAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _server.ProblemAsync(http => http.GetAsync("/api/v1/jobs", Ct))).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable,
            (await _server.ProblemAsync(http => http.SampleAsync("""{"model":"tiny","steps":1,"count":1}"""))).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable,
            (await _server.ProblemAsync(_ => tus.PatchAsync(upload, 400, new byte[600]))).Status);
        using (var hub = await HubClient.ConnectAsync(_server.Http.BaseAddress!))
        {
            await hub.WatchAsync("""["00000000000000000000000000000000", 0]""");
            Assert.Contains("The database cannot be reached right now.", (await hub.ReadStreamAsync()).Error, StringComparison.Ordinal);
        }
        var waiting = await _server.WaitAsync(id, j => (string?)j["activity"] == "waiting for the database");
        Assert.Equal(("running", 300), ((string)waiting["status"]!, (int)waiting["step"]!));

        await _cluster.StartAsync();
        Assert.Equal("succeeded", (string)(await _server.EndAsync(id))["status"]!);
        using (var picture = await _server.Http.GetAsync($"/api/v1/jobs/{id}/grid.png", Ct))
            Assert.Equal(HttpStatusCode.OK, picture.StatusCode);
        using (var rest = await tus.PatchAsync(upload, await tus.OffsetAsync(upload), new byte[1000 - await tus.OffsetAsync(upload)]))
            Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);

        // Written, not only shown: another server finds it so.
        await _server.KillAsync();
        await _server.StartAsync();
        var job = Assert.Single((await _server.GetAsync("/api/v1/jobs")).AsArray());
        Assert.Equal((id, "succeeded"), ((string)job!["id"]!, (string)job["status"]!));
        Assert.Equal(1, _server.Log.Split("The database is back").Length - 1);
    }

    [Fact]
    public async Task Restarted_between_two_requests_nobody_notices()
    {
        await _server.StartAsync();
        await ManyAsync();
        await _cluster.StopAsync();
        await _cluster.StartAsync();
        await ManyAsync();

        async Task ManyAsync()
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _server.Http.GetAsync("/api/v1/jobs", Ct)));
            Assert.True(answers.All(a => a.StatusCode == HttpStatusCode.OK), _server.Log);
            foreach (var answer in answers) answer.Dispose();
        }
    }

    [Fact]
    public async Task An_import_goes_on_where_the_database_left_it()
    {
        await _server.StartAsync();
        var tus = new TusClient(_server.Http);
        var zip = new Core.Tests.ZipForge();
        for (var i = 0; i < 200; i++) zip.Add($"{i}.png", TestPicture.Png(i, 96, 96));
        using var created = await _server.Http.PostAsync("/api/v1/datasets", Json(new JsonObject
        { ["name"] = "large", ["uploads"] = new JsonArray(await tus.UploadAsync(zip.ToArray(), "large.zip")) }), Ct);
        Assert.Equal(HttpStatusCode.Accepted, created.StatusCode);
        var id = (string)(await created.ReadAsync())["id"]!;

        await _cluster.StopAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable,
            (await _server.ProblemAsync(http => http.GetAsync($"/api/v1/datasets/{id}", Ct))).Status);
        await _cluster.StartAsync();
        await _server.AnswersAsync($"/api/v1/datasets/{id}");
        JsonNode made;
        while ((string)(made = await _server.GetAsync($"/api/v1/datasets/{id}"))["status"]! == "inspecting") await Task.Delay(50, Ct);
        Assert.Equal(("ready", 200), ((string)made["status"]!, (int)made["report"]!["pictures"]!));
    }

    [Fact]
    public async Task A_training_waits_where_it_is_and_ends_with_the_curve_of_one_that_was_not_disturbed()
    {
        var server = new TrainingServer { Connection = await _cluster.CreateDatabaseAsync() };
        try
        {
            await server.InitializeAsync();
            var request = TrainingServer.Request(40, r => r["sampleEvery"] = 15);
            var whole = await server.TrainAsync(request.DeepClone().AsObject());
            await server.EndAsync(whole);

            var id = await server.TrainAsync(request);
            await server.StepAsync(id, 2);
            await _cluster.StopAsync();
            await server.WaitAsync(id, j => (string?)j["activity"] == "waiting for the database");
            await _cluster.StartAsync();
            await server.EndAsync(id);
            Assert.Equal(await server.CurveAsync(whole), await server.CurveAsync(id));
            var (undisturbed, disturbed) = (await server.GetAsync($"/api/v1/trainings/{whole}"),
                await server.GetAsync($"/api/v1/trainings/{id}"));
            Assert.Equal(undisturbed["samples"]!.ToJsonString(), disturbed["samples"]!.ToJsonString());
            Assert.Equal("[10,15,20,30,40]", disturbed["samples"]!.ToJsonString());
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_account_that_is_refused_ends_the_start_with_a_sentence_and_without_the_password()
    {
        _server.Connection =
            $"{_server.Connection!.Replace("Username=playground", "Username=stranger", StringComparison.Ordinal)};Password=s3cret";
        Assert.Equal(1, await _server.RunAsync());
        Assert.Contains("The server cannot start. PostgreSQL at 127.0.0.1:", _server.Log, StringComparison.Ordinal);
        Assert.Contains("role \"stranger\" does not exist. Correct the account, the password and the database in "
            + "ConnectionStrings:Playground.", _server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", _server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _server.Log, StringComparison.Ordinal);
    }

    private static StringContent Json(JsonObject value) => new(value.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
}
