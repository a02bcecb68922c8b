using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Server.Tests;

[Collection(Servers.Plain)]
public sealed class EvaluationsTests
{
    private const int Pictures = 60;
    private readonly ServerProcess _server;

    public EvaluationsTests(ServerProcess server)
    {
        _server = server;
        IdxPair.WriteNoise(server.References, "noise", Pictures, size: 8);
        IdxPair.WriteNoise(server.References, "digits", Pictures, size: 28);
        foreach (var (name, extractor) in new[] { ("nameless", null), ("inception", "fid-inception"), ("color", "resnet18-imagenet") })
            new StatisticsFile(new FeatureStatistics([0, 0], [1, 0, 0, 1], 100), extractor is null
                ? null
                : new FeatureOrigin(extractor, "any", new string('a', 64))).Write(Path.Combine(server.References, $"{name}.npz"));
    }

    [Fact]
    public async Task An_evaluation_of_four_combinations_ends_with_a_report_of_each_and_charts_of_all()
    {
        using var http = Http();
        var id = await StartAsync(http,
            """
            {"model":"tiny","reference":"file:noise","samplers":["ddim","euler"],"steps":[2,5],"count":60,"seed":4,"features":"mnist"}
            """);
        var view = await EndAsync(http, id);
        Assert.Equal("succeeded", view["job"]!["status"]!.GetValue<string>());
        var cells = view["cells"]!.AsArray();
        Assert.Equal(["DDIM, 2 steps", "DDIM, 5 steps", "Euler, 2 steps", "Euler, 5 steps"],
            cells.Select(c => c!["title"]!.GetValue<string>()));
        Assert.All(cells, c => Assert.True(c!["distance"]!.GetValue<double>() > 0 && c["seconds"]!.GetValue<double>() > 0));

        var report = JsonNode.Parse(await http.GetStringAsync($"/api/v1/evaluations/{id}/report.json?cell=3",
            TestContext.Current.CancellationToken))!;
        Assert.Equal(cells[3]!["distance"]!.GetValue<double>(), Score(report, "frechet-distance"), 1e-9);
        Assert.Equal(60, report["generated"]!["count"]!.GetValue<int>());
        Assert.Equal(Pictures, report["real"]!["count"]!.GetValue<int>());
        Assert.Equal(["distance-steps", "distance-time"], report["charts"]!.AsArray().Select(c => c!["id"]!.GetValue<string>()));
        Assert.NotEmpty(report["neighbours"]!["pairs"]!.AsArray());

        foreach (var name in new[] { "samples", "generated-0", "real-0" })
        {
            var png = await http.GetByteArrayAsync($"/api/v1/evaluations/{id}/images/{name}.png?cell=3",
                TestContext.Current.CancellationToken);
            Assert.Equal("PNG"u8, png.AsSpan(1, 3));
        }
        foreach (var name in new[] { "samples-0", "generated-1000", "generated--1", "other" })
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/api/v1/evaluations/{id}/images/{name}.png",
                TestContext.Current.CancellationToken)).StatusCode);

        var html = await http.GetAsync($"/api/v1/evaluations/{id}/report.html?cell=1", TestContext.Current.CancellationToken);
        Assert.Contains("default-src 'none'", html.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("DDIM, 5 steps", await html.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Contains("score,frechet-distance,", await http.GetStringAsync($"/api/v1/evaluations/{id}/report.csv",
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound,
            (await http.GetAsync($"/api/v1/evaluations/{id}/report.json?cell=4", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Features_that_nobody_named_are_those_that_suit_the_reference()
    {
        using var http = Http();
        var choices = JsonNode.Parse(await http.GetStringAsync("/api/v1/evaluations/choices", TestContext.Current.CancellationToken))!;
        var suited = choices["references"]!.AsArray()
            .ToDictionary(r => r!["id"]!.GetValue<string>(), r => r!["features"]?.GetValue<string>());
        Assert.Equal(("resnet18-imagenet", "mnist", "resnet18-imagenet"),
            (suited["file:noise"], suited["file:digits"], suited["file:color"]));
        Assert.Equal((null, "fid-inception"), (suited["file:nameless"], suited["file:inception"]));
        var extractors = choices["extractors"]!.AsArray();
        Assert.Equal([("resnet18-imagenet", "ResNet-18 (ImageNet)", 513, 2560), ("mnist", "Digits (MNIST)", 65, 320)],
            extractors.Select(e => (e!["name"]!.GetValue<string>(), e["title"]!.GetValue<string>(), e["leastImages"]!.GetValue<int>(),
                e["enoughImages"]!.GetValue<int>())));

        var view = await EndAsync(http, await StartAsync(http, """{"model":"tiny","reference":"file:noise","steps":[2],"count":20}"""));
        Assert.Equal("resnet18-imagenet", view["job"]!["request"]!["features"]!.GetValue<string>());
        Assert.Equal("Fréchet distance, ResNet-18 features", view["cells"]![0]!["distanceName"]!.GetValue<string>());
        var report = await http.GetStringAsync($"/api/v1/evaluations/{view["job"]!["id"]}/report.json",
            TestContext.Current.CancellationToken);
        Assert.Equal("Fréchet distance, ResNet-18 features", JsonNode.Parse(report)!["scores"]![0]!["name"]!.GetValue<string>());
        Assert.DoesNotContain("\"fid", report, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_evaluation_that_a_crash_cut_off_goes_on_with_the_features_that_it_had()
    {
        const string Request =
            """{"model":"tiny","reference":"file:noise","samplers":["ddim"],"steps":[10],"count":400,"seed":1,"features":"mnist"}""";
        string id;
        using (var http = Http())
        {
            id = await StartAsync(http, Request);
            while ((await JobAsync(http, id))["step"]!.GetValue<int>() < 100) await Task.Yield();
            await _server.KillAsync();
        }
        await _server.StartAsync();
        using var after = Http();
        Assert.True((await JobAsync(after, id))["step"]!.GetValue<int>() < 400);
        while ((await JobAsync(after, id)) is var job && job["status"]!.GetValue<string>() != "running") await Task.Yield();
        var resumed = await EndAsync(after, id);
        var anew = await EndAsync(after, await StartAsync(after, Request));
        Assert.Equal("succeeded", resumed["job"]!["status"]!.GetValue<string>());
        Assert.Equal(anew["cells"]![0]!["distance"]!.GetValue<double>(), resumed["cells"]![0]!["distance"]!.GetValue<double>(), 1e-3);
    }

    [Fact]
    public async Task CLIP_compares_with_a_prompt_for_each_class_and_with_the_reference()
    {
        Clip("clip-tiny");
        using var http = Http();
        var choices = JsonNode.Parse(await http.GetStringAsync("/api/v1/evaluations/choices", TestContext.Current.CancellationToken))!;
        Assert.Equal("clip-tiny", Assert.Single(choices["clip"]!.AsArray())!.GetValue<string>());
        Assert.Equal(Pictures, choices["references"]!.AsArray()
            .Single(r => r!["id"]!.GetValue<string>() == "file:noise")!["count"]!.GetValue<int>());

        var id = await StartAsync(http,
            """
            {"model":"tiny","reference":"file:noise","steps":[2],"count":40,"features":"mnist","clip":"clip-tiny",
             "prompts":["a cat","a dog","a bird"]}
            """);
        var view = await EndAsync(http, id);
        Assert.Equal("succeeded", view["job"]!["status"]!.GetValue<string>());
        var report = JsonNode.Parse(await http.GetStringAsync($"/api/v1/evaluations/{id}/report.json",
            TestContext.Current.CancellationToken))!;
        Assert.Equal("clip-tiny", report["clip"]!["name"]!.GetValue<string>());
        Assert.InRange(Score(report, "clip-score"), 1e-6, 2.5);
        Assert.True(Score(report, "cmmd") > 0);

        var other = await StartAsync(http,
            """
            {"model":"tiny","reference":"file:noise","steps":[2],"count":40,"features":"mnist","clip":"clip-tiny","prompts":["a dog"]}
            """);
        await EndAsync(http, other);
        var one = JsonNode.Parse(await http.GetStringAsync($"/api/v1/evaluations/{other}/report.json",
            TestContext.Current.CancellationToken))!;
        Assert.NotEqual(Score(report, "clip-score"), Score(one, "clip-score"));
        Assert.Equal(Score(report, "cmmd"), Score(one, "cmmd"), 1e-6);
    }

    [Fact]
    public async Task A_cancelled_evaluation_leaves_nothing_behind()
    {
        using var http = Http();
        var id = await StartAsync(http, """{"model":"tiny","reference":"file:noise","steps":[1000],"samplers":["ddpm"],"count":5000}""");
        Assert.Equal(HttpStatusCode.Accepted,
            (await http.DeleteAsync($"/api/v1/jobs/{id}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("canceled", (await EndAsync(http, id))["job"]!["status"]!.GetValue<string>());
        Assert.False(Directory.Exists(Path.Combine(_server.Data, "evaluations", id)));
        Assert.Equal(HttpStatusCode.NotFound,
            (await http.GetAsync($"/api/v1/evaluations/{id}/report.html", TestContext.Current.CancellationToken)).StatusCode);
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
    [InlineData("""{"model":"tiny","reference":"file:noise","preprocessing":"clean"}""", "does not go with 'resnet18-imagenet'")]
    [InlineData("""{"model":"tiny","reference":"file:noise","features":"mnist","preprocessing":"clean"}""", "does not go with 'mnist'")]
    [InlineData("""{"model":"tiny","reference":"file:nameless"}""",
        "features is missing, and the statistics 'nameless.npz (statistics)' do not say whose they are of; use one of: resnet18-imagenet, "
        + "mnist.")]
    [InlineData("""{"model":"tiny","reference":"file:inception"}""", "features 'fid-inception' is not there")]
    [InlineData("""{"model":"tiny","reference":"file:color","features":"mnist"}""",
        "The statistics 'color.npz (statistics)' are of the features 'resnet18-imagenet', not of 'mnist'.")]
    [InlineData("""{"model":"tiny","reference":"file:noise","clip":"../x"}""", "clip '../x' is not there")]
    [InlineData("""{"model":"tiny","reference":"file:noise","prompts":["a cat"]}""", "prompts need clip")]
    [InlineData("""{"model":"tiny","reference":"file:noise","clip":"x","prompts":[" "]}""", "A prompt is empty")]
    [InlineData("""{"model":"tiny","reference":"file:noise","clip":"x","prompts":["a","b","c","d"]}""",
        "There are 4 prompts; model 'tiny' has")]
    public async Task Bad_input_is_a_problem_that_says_what_is_allowed(string body, string expected)
    {
        using var http = Http();
        var response = await PostAsync(http, body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (await response.ReadAsync())["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private void Clip(string name)
    {
        var pairs = Path.GetFullPath(Path.Combine(Repository.Root, "../shared/data/clip/bpe_simple_vocab_16e6.txt.gz"));
        Assert.SkipUnless(File.Exists(pairs), $"CLIP's pairs are not at '{pairs}'.");
        var folder = Directory.CreateDirectory(Path.Combine(_server.Features, name)).FullName;
        File.Copy(pairs, Path.Combine(folder, Path.GetFileName(pairs)), overwrite: true);
        foreach (var file in new[] { "text_model.onnx", "vision_model.onnx", "preprocessor_config.json" })
            File.Copy(Path.Combine(Repository.Root, "tests/Evaluation.Tests/Recordings/clip-tiny", file), Path.Combine(folder, file),
                overwrite: true);
    }

    private HttpClient Http() => new() { BaseAddress = _server.Address };

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string body)
        => http.PostAsync("/api/v1/evaluations", new StringContent(body, Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);

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

    private static double Score(JsonNode report, string id)
        => report["scores"]!.AsArray().Single(s => s!["id"]!.GetValue<string>() == id)!["value"]!.GetValue<double>();
}
