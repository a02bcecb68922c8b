using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core.Tests;

namespace Playground.Server.Tests;

public sealed class EvaluationsTests : IClassFixture<ServerProcess>
{
    private const int Pictures = 60;
    private readonly ServerProcess _server;

    public EvaluationsTests(ServerProcess server)
    {
        _server = server;
        IdxPair.WriteNoise(server.References, "noise", Pictures, size: 8);
    }

    [Fact]
    public async Task An_evaluation_of_four_combinations_ends_with_a_report_of_each_and_charts_of_all()
    {
        using var http = Http();
        var id = await StartAsync(http, """{"model":"tiny","reference":"file:noise","samplers":["ddim","euler"],"steps":[2,5],"count":60,"seed":4}""");
        var view = await EndAsync(http, id);
        Assert.Equal("succeeded", view["job"]!["status"]!.GetValue<string>());
        var cells = view["cells"]!.AsArray();
        Assert.Equal(["DDIM, 2 steps", "DDIM, 5 steps", "Euler, 2 steps", "Euler, 5 steps"], cells.Select(c => c!["title"]!.GetValue<string>()));
        Assert.All(cells, c => Assert.True(c!["fid"]!.GetValue<double>() > 0 && c["seconds"]!.GetValue<double>() > 0));

        var report = JsonNode.Parse(await http.GetStringAsync($"/api/v1/evaluations/{id}/report.json?cell=3", TestContext.Current.CancellationToken))!;
        Assert.Equal(cells[3]!["fid"]!.GetValue<double>(), Score(report, "fid"), 1e-9);
        Assert.Equal(60, report["generated"]!["count"]!.GetValue<int>());
        Assert.Equal(Pictures, report["real"]!["count"]!.GetValue<int>());
        Assert.Equal(["fid-steps", "fid-time"], report["charts"]!.AsArray().Select(c => c!["id"]!.GetValue<string>()));
        Assert.NotEmpty(report["neighbours"]!["pairs"]!.AsArray());

        var html = await http.GetAsync($"/api/v1/evaluations/{id}/report.html?cell=1", TestContext.Current.CancellationToken);
        Assert.Contains("default-src 'none'", html.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("DDIM, 5 steps", await html.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("score,fid,", await http.GetStringAsync($"/api/v1/evaluations/{id}/report.csv", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/api/v1/evaluations/{id}/report.json?cell=4", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task An_evaluation_that_a_crash_cut_off_goes_on_with_the_features_that_it_had()
    {
        const string Request = """{"model":"tiny","reference":"file:noise","samplers":["ddim"],"steps":[40],"count":1500,"seed":1}""";
        string id;
        using (var http = Http())
        {
            id = await StartAsync(http, Request);
            while ((await JobAsync(http, id))["step"]!.GetValue<int>() < 200) await Task.Yield();
            await _server.KillAsync();
        }
        await _server.StartAsync();
        using var after = Http();
        Assert.True((await JobAsync(after, id))["step"]!.GetValue<int>() < 1500);
        while ((await JobAsync(after, id)) is var job && job["status"]!.GetValue<string>() != "running") await Task.Yield();
        var resumed = await EndAsync(after, id);
        var anew = await EndAsync(after, await StartAsync(after, Request));
        Assert.Equal("succeeded", resumed["job"]!["status"]!.GetValue<string>());
        Assert.Equal(anew["cells"]![0]!["fid"]!.GetValue<double>(), resumed["cells"]![0]!["fid"]!.GetValue<double>(), 1e-3);
    }

    [Fact]
    public async Task A_cancelled_evaluation_leaves_nothing_behind()
    {
        using var http = Http();
        var id = await StartAsync(http, """{"model":"tiny","reference":"file:noise","steps":[1000],"samplers":["ddpm"],"count":5000}""");
        Assert.Equal(HttpStatusCode.Accepted, (await http.DeleteAsync($"/api/v1/jobs/{id}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("canceled", (await EndAsync(http, id))["job"]!["status"]!.GetValue<string>());
        Assert.False(Directory.Exists(Path.Combine(_server.Data, "evaluations", id)));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/api/v1/evaluations/{id}/report.html", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("""{"model":"tiny","reference":"file:none"}""", "reference 'file:none' is not there")]
    [InlineData("""{"model":"tiny","reference":"file:../noise"}""", "reference 'file:../noise' is not there")]
    [InlineData("""{"model":"none","reference":"file:noise"}""", "model 'none' is not installed")]
    [InlineData("""{"reference":"file:noise"}""", "either model or generated")]
    [InlineData("""{"generated":"file:noise","reference":"file:noise"}""", "are the same pictures")]
    [InlineData("""{"model":"tiny","reference":"file:noise","count":9}""", "count is 9; it must be 10 to 50000")]
    [InlineData("""{"model":"tiny","reference":"file:noise","count":50000,"steps":[1,2,3]}""", "150000 pictures; there may be 100000")]
    [InlineData("""{"model":"tiny","reference":"file:noise","samplers":[]}""", "0 combinations")]
    [InlineData("""{"model":"tiny","reference":"file:noise","samplers":["magic"]}""", "sampler 'magic' is not known")]
    [InlineData("""{"model":"tiny","reference":"file:noise","steps":[0]}""", "steps is 0")]
    [InlineData("""{"model":"tiny","reference":"file:noise","guidance":[-1]}""", "guidance is -1")]
    [InlineData("""{"model":"tiny","reference":"file:noise","features":"/etc/passwd"}""", "features '/etc/passwd' is not there")]
    [InlineData("""{"model":"tiny","reference":"file:noise","preprocessing":"clean"}""", "does not go with 'mnist'")]
    public async Task Bad_input_is_a_problem_that_says_what_is_allowed(string body, string expected)
    {
        using var http = Http();
        var response = await PostAsync(http, body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (await response.ReadAsync())["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private HttpClient Http() => new() { BaseAddress = _server.Address };

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string body)
        => http.PostAsync("/api/v1/evaluations", new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    private static async Task<string> StartAsync(HttpClient http, string body)
    {
        var response = await PostAsync(http, body);
        var answer = await response.ReadAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, answer.ToJsonString());
        return answer["job"]!["id"]!.GetValue<string>();
    }

    private static async Task<JsonNode> JobAsync(HttpClient http, string id)
        => JsonNode.Parse(await http.GetStringAsync($"/api/v1/jobs/{id}", TestContext.Current.CancellationToken))!;

    private async Task<JsonNode> EndAsync(HttpClient http, string id)
    {
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        await hub.ReadStreamAsync();
        return JsonNode.Parse(await http.GetStringAsync($"/api/v1/evaluations/{id}", TestContext.Current.CancellationToken))!;
    }

    private static double Score(JsonNode report, string id) => report["scores"]!.AsArray().Single(s => s!["id"]!.GetValue<string>() == id)!["value"]!.GetValue<double>();
}
