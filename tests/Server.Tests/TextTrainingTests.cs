using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Server.Tests.Datasets;

namespace Playground.Server.Tests;

/// <summary>Trainings on captions, over HTTP: an autoencoder, and a model over its latents that becomes an installed one.</summary>
public sealed class TextTrainingTests(DatasetServer server) : IClassFixture<DatasetServer>
{
    private static readonly string[] s_colors = ["red", "green", "blue"], s_chinese = ["红色", "绿色", "蓝色"];

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

        var before = Latents();
        var training = await TrainAsync(Request(set, "text-tiny", 6, new JsonObject
        {
            ["autoencoder"] = checkpoint,
            ["captions"] = new JsonArray("{text}", "a picture of {text}"),
            ["prompts"] = new JsonArray("red square"),
            ["tokens"] = 540
        }));
        var latents = Assert.Single(Latents().Except(before));
        using (var promoted = await PromoteAsync(training, 6, "squares")) Assert.Equal(HttpStatusCode.Created, promoted.StatusCode);
        var model = await server.Http.ModelAsync("squares");
        Assert.Equal((32, 30), ((int)model["model"]!["sampleSize"]!, (int)model["model"]!["text"]!["tokens"]!));
        Assert.Equal("test", (string)model["dataset"]!["name"]!);

        var job = await server.Http.StartAsync("""{"model":"squares","prompt":"blue square","steps":2,"count":1}""");
        while ((string)(await GetAsync($"/api/v1/jobs/{job}"))["status"]! is "queued" or "running") await Task.Delay(20, Ct);
        Assert.Equal(32, PictureFile.Decode(await server.Http.GetByteArrayAsync($"/api/v1/jobs/{job}/0.png", Ct)).Width);

        // The same data and autoencoder again: the latents are there.
        var written = File.GetLastWriteTimeUtc(latents);
        await TrainAsync(Request(set, "text-tiny", 2, new JsonObject
        { ["autoencoder"] = checkpoint, ["captions"] = new JsonArray("{text}", "a picture of {text}") }));
        Assert.Equal(written, File.GetLastWriteTimeUtc(latents));
        Assert.Equal([latents], Latents().Except(before));
    }

    private string[] Latents()
    {
        var folder = Path.Combine(server.Data, "latents");
        return Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
    }

    [Theory]
    [InlineData("text-tiny", """{"autoencoder": "nothing"}""", "text.autoencoder", "'nothing' has no autoencoder")]
    [InlineData("text-tiny", """{"autoencoder": "mnist"}""", "text.autoencoder", "'mnist' has no autoencoder")]
    [InlineData("text-tiny", "{}", "dataset", "have neither captions nor classes")]
    [InlineData("text-tiny", """{"captions": ["{text}, {mood} {tone}"]}""", "text.captions",
        "No image of this data set says {mood} or {tone}; there is {text}, {style}, {tags}, {text_zh}.")]
    [InlineData("text-tiny", """{"captions": ["{class}"]}""", "text.captions", "No image of this data set says {class}; there is {text}")]
    [InlineData("text-tiny", """{"trainEncoder": true}""", "text.trainEncoder", "trained anyway")]
    [InlineData("text-tiny", """{"captions": []}""", "text.captions", "captions has 0 templates")]
    [InlineData("text-tiny", """{"captions": ["{text}", "{text"]}""", "text.captions", "The caption template '{text' has a brace")]
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

    [Fact]
    public async Task A_Stable_Diffusion_model_is_tuned_by_adapters_on_captions_of_any_field_and_becomes_a_model_and_a_LoRA()
    {
        await InstallAsync("sd1");
        var set = await MakeAsync(captioned: true);
        var choice = (await GetAsync("/api/v1/trainings/choices"))["datasets"]!.AsArray().Single(d => (string)d!["id"]! == set)!;
        Assert.Equal(["text", "style", "tags", "text_zh"], choice["captionFields"]!.AsArray().Select(f => (string)f!));
        Assert.Equal(("red square", "plain", "flat, square", "红色"), ((string)choice["captionExample"]!["text"]!,
            (string)choice["captionExample"]!["style"]!, (string)choice["captionExample"]!["tags"]!,
            (string)choice["captionExample"]!["text_zh"]!));

        var request = Tuning(set, "sd1", new JsonObject
        { ["captions"] = new JsonArray("{text_zh}, {style}"), ["prompts"] = new JsonArray("红色, plain") });
        request["lora"] = new JsonObject { ["rank"] = 4, ["alpha"] = 8 };
        using (var estimated = await server.Http.PostAsJsonAsync("/api/v1/trainings/estimate", request, Ct))
            Assert.True((long)(await estimated.ReadAsync())["parameters"]! < 20_000);
        var training = await TrainAsync(request);
        Assert.Equal("sd1", (string)(await GetAsync($"/api/v1/trainings/{training}"))["lineage"]!["parent"]!);
        using (var promoted = await PromoteAsync(training, 6, "tuned")) Assert.Equal(HttpStatusCode.Created, promoted.StatusCode);
        var folder = Path.Combine(server.Models, "tuned");
        var manifest = Json.Read<ModelManifest>(Path.Combine(folder, "playground.json"));
        Assert.EndsWith("+lora r4 a8", manifest.Training!["from"], StringComparison.Ordinal);

        // At strength 1 beside the model that it was trained from, the LoRA draws what the trained model does.
        var lora = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(folder, LoraFile.Name), Ct));
        (await server.Http.PutAsync("/api/v1/loras/tuned", lora, Ct)).EnsureSuccessStatusCode();
        var merged = await DrawAsync("""{"model":"tuned","prompt":"红色, plain","steps":2,"count":1}""");
        var beside = await DrawAsync("""{"model":"sd1","prompt":"红色, plain","steps":2,"count":1,"loras":[{"name":"tuned"}]}""");
        Assert.InRange(merged.Zip(beside).Max(p => Math.Abs(p.First - p.Second)), 0, 1);
    }

    [Theory]
    [InlineData("inpaint", "{}", null, "model", "is for inpainting")]
    [InlineData("mnist", "{}", null, "text", "reads no text")]
    [InlineData("sd1", null, null, "text", "reads text; give text")]
    [InlineData("sd1", """{"autoencoder": "sd1"}""", null, "text.autoencoder", "has an autoencoder")]
    [InlineData("sd1", """{"trainEncoder": true}""", 4, "text.trainEncoder", "Leave one of them out")]
    [InlineData("sd1", "{}", 0, "lora.rank", "rank is 0")]
    [InlineData("sd1", """{"captions": ["{nothing}"]}""", 4, "text.captions", "No image of this data set says {nothing}")]
    public async Task What_cannot_be_tuned_is_said_beside_its_field(string model, string? text, int? rank, string field, string sentence)
    {
        await InstallAsync("sd1");
        await InstallAsync("inpaint");
        var request = Tuning(await MakeAsync(captioned: true), model, text is null ? null : JsonNode.Parse(text)!.AsObject());
        if (rank is { } r) request["lora"] = new JsonObject { ["rank"] = r };
        using var response = await server.Http.PostAsJsonAsync("/api/v1/trainings", request, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(sentence, (await response.ReadAsync())["errors"]![field]![0]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_CLIP_a_report_has_how_often_the_nearest_image_of_the_reference_has_the_prompt_as_its_caption()
    {
        await InstallAsync("sd1");
        var set = await MakeAsync(captioned: true);
        using var response = await server.Http.PostAsJsonAsync("/api/v1/evaluations", new
        { model = "sd1", reference = $"dataset:{set}@1", count = 12, steps = new[] { 2 }, guidance = new[] { 1.0 } }, Ct);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Ct));
        var started = await response.ReadAsync();
        var job = started["job"]!;
        // Captions of the reference, as no prompts were given.
        Assert.Equal(["red square", "green square", "blue square"], job["request"]!["prompts"]!.AsArray().Select(p => (string)p!));
        await EndAsync((string)job["id"]!);
        var report = await GetAsync($"/api/v1/evaluations/{(string)job["id"]!}/report.json?cell=0");
        var score = report["scores"]!.AsArray().Single(s => (string)s!["id"]! == "prompt-following")!;
        Assert.InRange((double)score["value"]!, 0, 1);
        Assert.Contains("Share of 12 images whose nearest of 6 real ones", (string)score["method"]!["text"]!, StringComparison.Ordinal);
    }

    private async Task<byte[]> DrawAsync(string request)
    {
        var job = await server.Http.StartAsync(request);
        await EndAsync(job);
        return PictureFile.Decode(await server.Http.GetByteArrayAsync($"/api/v1/jobs/{job}/0.png", Ct)).Pixels;
    }

    private async Task EndAsync(string id)
    {
        while (true)
        {
            var job = await GetAsync($"/api/v1/jobs/{id}");
            if ((string)job["status"]! == "succeeded") return;
            Assert.False((string)job["status"]! is "failed" or "canceled" or "paused", job.ToJsonString());
            await Task.Delay(50, Ct);
        }
    }

    // One of the recorded folders of random weights, once for all tests of the class.
    private async Task InstallAsync(string name)
    {
        if ((await GetAsync("/api/v1/models")).AsArray().Any(m => (string)m!["name"]! == name)) return;
        using var zip = new MemoryStream();
        await ZipFile.CreateFromDirectoryAsync(TextServer.Recorded(name), zip, CompressionLevel.NoCompression, false, Ct);
        using var import = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/models?name={name}")
        { Content = new ByteArrayContent(zip.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/zip") } } };
        import.Headers.Add("Prefer", "wait=300");
        (await server.Http.SendAsync(import, Ct)).EnsureSuccessStatusCode();
    }

    private static JsonObject Tuning(string set, string model, JsonObject? text)
    {
        var request = Request(set, "", 6, new JsonObject());
        request.Remove("preset");
        request.Remove("text");
        request["model"] = model;
        if (text is not null) request["text"] = text;
        return request;
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
            lines.Add(new JsonObject
            {
                ["file_name"] = $"{i}.png",
                ["text"] = $"{s_colors[i % 3]} square",
                ["text_zh"] = s_chinese[i % 3],
                ["style"] = "plain",
                ["tags"] = new JsonArray("flat", "square"),
                ["nested"] = new JsonObject { ["not"] = "said" },
            }.ToJsonString());
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
        await EndAsync(id);
        return id;
    }

    private Task<HttpResponseMessage> PromoteAsync(string training, int step, string name)
        => server.Http.PostAsJsonAsync($"/api/v1/trainings/{training}/checkpoints/{step}/promote", new { name }, Ct);

    private async Task<JsonNode> GetAsync(string path) => (await server.Http.GetFromJsonAsync<JsonNode>(path, Ct))!;
}
