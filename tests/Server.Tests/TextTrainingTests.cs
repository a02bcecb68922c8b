using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Server.Tests.Datasets;

namespace Playground.Server.Tests;

/// <summary>Trainings on captions, over HTTP: an autoencoder, and a model over its latents that becomes an installed one.</summary>
public sealed class TextTrainingTests(DatasetServer server) : IClassFixture<DatasetServer>
{
    private static readonly string[] s_colors = ["red", "green", "blue"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_autoencoder_and_then_a_model_that_reads_text_are_trained_and_the_model_is_promoted()
    {
        var set = await MakeAsync(captioned: true);
        var choices = await GetAsync("/api/v1/trainings/choices");
        Assert.True((bool)choices["datasets"]!.AsArray().Single(d => (string)d!["id"]! == set)!["hasCaptions"]!);

        var autoencoder = await TrainAsync(Request(set, "vae-tiny", 6, new JsonObject()));
        var checkpoint = (string)(await GetAsync($"/api/v1/trainings/{autoencoder}"))["checkpoints"]!.AsArray()[^1]!["model"]!;
        Assert.Contains((await GetAsync("/api/v1/trainings/choices"))["autoencoders"]!.AsArray(), a => (string)a!["name"]! == checkpoint);
        // It shows images beside what becomes of them, and draws nothing by itself.
        Assert.True((await server.Http.GetAsync($"/api/v1/trainings/{autoencoder}/samples/6.png", Ct)).IsSuccessStatusCode);
        using (var promoted = await PromoteAsync(autoencoder, 6, "half"))
            Assert.Contains("is of an autoencoder", (await promoted.ReadAsync())["errors"]!["name"]![0]!.ToString(),
                StringComparison.Ordinal);

        var training = await TrainAsync(Request(set, "text-tiny", 6, new JsonObject
        {
            ["autoencoder"] = checkpoint,
            ["captions"] = new JsonArray("{text}", "a picture of {text}"),
            ["prompts"] = new JsonArray("red square"),
            ["tokens"] = 540
        }));
        Assert.Single(Directory.GetFiles(Path.Combine(server.Data, "latents")));
        using (var promoted = await PromoteAsync(training, 6, "squares")) Assert.Equal(HttpStatusCode.Created, promoted.StatusCode);
        var model = await server.Http.ModelAsync("squares");
        Assert.Equal((32, 30), ((int)model["model"]!["sampleSize"]!, (int)model["model"]!["text"]!["tokens"]!));
        Assert.Equal("test", (string)model["dataset"]!["name"]!);

        var job = await server.Http.StartAsync("""{"model":"squares","prompt":"blue square","steps":2,"count":1}""");
        while ((string)(await GetAsync($"/api/v1/jobs/{job}"))["status"]! is "queued" or "running") await Task.Delay(20, Ct);
        Assert.Equal(32, PictureFile.Decode(await server.Http.GetByteArrayAsync($"/api/v1/jobs/{job}/0.png", Ct)).Width);

        // The same data and autoencoder again: the latents are there.
        var latents = Directory.GetFiles(Path.Combine(server.Data, "latents")).Single();
        var written = File.GetLastWriteTimeUtc(latents);
        await TrainAsync(Request(set, "text-tiny", 2, new JsonObject
        { ["autoencoder"] = checkpoint, ["captions"] = new JsonArray("{text}", "a picture of {text}") }));
        Assert.Equal(written, File.GetLastWriteTimeUtc(latents));
    }

    [Theory]
    [InlineData("text-tiny", """{"autoencoder": "nothing"}""", "text.autoencoder", "'nothing' has no autoencoder")]
    [InlineData("text-tiny", """{"autoencoder": "mnist"}""", "text.autoencoder", "'mnist' has no autoencoder")]
    [InlineData("text-tiny", "{}", "dataset", "have no captions")]
    [InlineData("text-tiny", """{"captions": []}""", "text.captions", "captions has 0 templates")]
    [InlineData("text-tiny", """{"tokens": 10, "captions": ["a"]}""", "text.tokens", "tokens is 10")]
    [InlineData("text-huge", "{}", "preset", "preset 'text-huge' is not known")]
    public async Task What_cannot_be_trained_is_said_beside_its_field(string preset, string text, string field, string sentence)
    {
        var set = await MakeAsync(captioned: field != "dataset");
        using var response = await server.Http.PostAsJsonAsync("/api/v1/trainings",
            Request(set, preset, 5, JsonNode.Parse(text)!.AsObject()), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(sentence, (await response.ReadAsync())["errors"]![field]![0]!.ToString(), StringComparison.Ordinal);
    }

    private static JsonObject Request(string set, string preset, int steps, JsonObject text) => new()
    {
        ["dataset"] = set,
        ["preset"] = preset,
        ["text"] = text,
        ["sampleEvery"] = 1000,
        ["sampleCount"] = 2,
        ["sampleSteps"] = 2,
        ["options"] = new JsonObject
        { ["steps"] = steps, ["batchSize"] = 4, ["warmupSteps"] = 1, ["learningRate"] = 1e-3, ["checkpointEvery"] = 100 },
    };

    private async Task<string> MakeAsync(bool captioned)
    {
        var zip = new ZipForge();
        var lines = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            var pixels = new byte[32 * 32 * 3];
            for (var p = 0; p < 32 * 32; p++) pixels[3 * p + i % 3] = (byte)(255 - 40 * (i / 3));
            zip.Add($"{i}.png", PngFile.Encode(new PictureBatch(1, 32, 32, 3, pixels)));
            lines.Add($$"""{"file_name": "{{i}}.png", "text": "{{s_colors[i % 3]}} square"}""");
        }
        if (captioned) zip.Add("metadata.jsonl", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        var made = await server.MakeAsync(("squares.zip", zip.ToArray()));
        Assert.True((string)made["status"]! == "ready", made.ToJsonString());
        return (string)made["id"]!;
    }

    private async Task<string> TrainAsync(JsonObject request)
    {
        using var response = await server.Http.PostAsJsonAsync("/api/v1/trainings", request, Ct);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Ct));
        var id = (string)(await response.ReadAsync())["id"]!;
        while (true)
        {
            var job = await GetAsync($"/api/v1/jobs/{id}");
            if ((string)job["status"]! == "succeeded") return id;
            Assert.False((string)job["status"]! is "failed" or "canceled" or "paused", job.ToJsonString());
            await Task.Delay(50, Ct);
        }
    }

    private Task<HttpResponseMessage> PromoteAsync(string training, int step, string name)
        => server.Http.PostAsJsonAsync($"/api/v1/trainings/{training}/checkpoints/{step}/promote", new { name }, Ct);

    private async Task<JsonNode> GetAsync(string path) => (await server.Http.GetFromJsonAsync<JsonNode>(path, Ct))!;
}
