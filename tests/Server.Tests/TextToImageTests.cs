using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core.Imaging;

namespace Playground.Server.Tests;

/// <summary>Models that read text, over HTTP and the hub: samplings, what is refused, imports and LoRAs.</summary>
public sealed class TextToImageTests(TextServer server) : IClassFixture<TextServer>, IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = server.Address };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Models_are_listed_with_what_they_read()
    {
        var models = JsonNode.Parse(await _http.GetStringAsync("/api/v1/models", Ct))!.AsArray().ToDictionary(m => (string)m!["name"]!);
        Assert.Null(models["tiny"]!["text"]);
        Assert.Equal(75, (int)models["sd1"]!["text"]!["tokens"]!);
        Assert.Equal((true, 32), ((bool)models["inpaint"]!["text"]!["inpaints"]!, (int)models["inpaint"]!["sampleSize"]!));
        Assert.True((bool)models["sd2"]!["guides"]!);
    }

    [Fact]
    public async Task A_prompt_makes_images_whose_recipe_makes_them_again_and_a_negative_prompt_changes_them()
    {
        const string Ask = """{"model":"sd1","prompt":"a (red:1.2) apple","guidance":5,"steps":3,"count":2,"seed":9,"clipSkip":1""";
        var (job, frame) = await RunAsync(Ask + "}");
        Assert.Equal("succeeded", (string)job["status"]!);
        Assert.Empty(job["warnings"]!.AsArray());
        var second = await _http.GetByteArrayAsync($"/api/v1/jobs/{job["id"]}/1.png", Ct);
        Assert.Equal((32, 32, 3), Form(second));
        // The last frame shows the images themselves, not the map that stands for them on the way.
        var grid = await _http.GetByteArrayAsync($"/api/v1/jobs/{job["id"]}/grid.png", Ct);
        Assert.Equal(PictureFile.Decode(grid).Pixels, PictureFile.Decode(Convert.FromBase64String((string)frame["xt"]!)).Pixels);
        var recipe = PngFile.ReadText(second);
        Assert.StartsWith("a (red:1.2) apple\nSteps: 3, Sampler: DDIM, CFG scale: 5, Seed: 10, Size: 32x32", recipe["parameters"],
            StringComparison.Ordinal);
        Assert.Contains("Clip skip: 2", recipe["parameters"], StringComparison.Ordinal);

        var (again, _) = await RunAsync(recipe["playground"]);
        Assert.Equal(PictureFile.Decode(second).Pixels,
            PictureFile.Decode(await _http.GetByteArrayAsync($"/api/v1/jobs/{again["id"]}/0.png", Ct)).Pixels);
        var (other, _) = await RunAsync(Ask + ""","negativePrompt":"blurry"}""");
        Assert.NotEqual(PictureFile.Decode(second).Pixels,
            PictureFile.Decode(await _http.GetByteArrayAsync($"/api/v1/jobs/{other["id"]}/1.png", Ct)).Pixels);
    }

    [Fact]
    public async Task A_size_of_its_own_and_images_to_start_from()
    {
        var (job, _) = await RunAsync("""{"model":"sd1","prompt":"a","steps":2,"count":1,"width":48,"height":16}""");
        Assert.Equal((48, 16, 3), Form(await _http.GetByteArrayAsync($"/api/v1/jobs/{job["id"]}/0.png", Ct)));

        var image = PngFile.Encode(new PictureBatch(1, 40, 60, 3, [.. Enumerable.Repeat((byte)90, 40 * 60 * 3)]));
        var mask = PngFile.Encode(new PictureBatch(1, 32, 32, 1,
            [.. Enumerable.Range(0, 32 * 32).Select(i => (byte)(i % 32 < 16 ? 255 : 0))]));
        var (init, covered) = (await UploadAsync(image), await UploadAsync(mask));
        foreach (var model in new[] { "sd1", "inpaint" })
        {
            var (drawn, _) = await RunAsync(
                $$"""{"model":"{{model}}","prompt":"a","steps":3,"count":1,"init":["{{init}}"],"mask":"{{covered}}","guidance":3}""");
            Assert.Equal("succeeded", (string)drawn["status"]!);
        }
    }

    [Fact]
    public async Task Words_that_are_not_read_are_named_in_the_job_and_before_it()
    {
        var prompt = string.Join(' ', Enumerable.Repeat("apple", 80)) + " the last words";
        var (job, _) = await RunAsync($$"""{"model":"sd1","prompt":"{{prompt}}","steps":1,"count":1}""");
        var warning = Assert.Single(job["warnings"]!.AsArray());
        Assert.Matches("^The prompt has 90 tokens and the model reads 75. Not read: apple .*the last words$", (string)warning!);
        var kept = JsonNode.Parse(await _http.GetStringAsync($"/api/v1/jobs/{job["id"]}", Ct))!;
        Assert.Equal((string)warning!, (string)Assert.Single(kept["warnings"]!.AsArray())!);

        using var read = await _http.PostAsJsonAsync("/api/v1/prompts/tokens", new { model = "sd1", prompt }, Ct);
        var view = await read.ReadAsync();
        Assert.Equal((90, 75), ((int)view["tokens"]!, (int)view["limit"]!));
        Assert.EndsWith("the last words", (string)view["cut"]!, StringComparison.Ordinal);
        using var none = await _http.PostAsJsonAsync("/api/v1/prompts/tokens", new { model = "tiny", prompt }, Ct);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627")]
    [InlineData("\ud83c\udf4e\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 apple")]
    [InlineData("a\u0000b\u0007c\r\nd\u001b[0m")]
    [InlineData("((a (b:1.3) c))) :1.5) [d")]
    [InlineData("(a:99999999999) (b:-1) (c:NaN)")]
    public async Task Whatever_a_prompt_holds_the_images_are_made(string prompt)
    {
        var request = new JsonObject { ["model"] = "sd1", ["prompt"] = prompt, ["steps"] = 1, ["count"] = 1 };
        var (job, _) = await RunAsync(request.ToJsonString());
        Assert.Equal(("succeeded", null), ((string)job["status"]!, (string?)job["error"]));
        var recipe = PngFile.ReadText(await _http.GetByteArrayAsync($"/api/v1/jobs/{job["id"]}/0.png", Ct));
        Assert.Equal(prompt, (string)JsonNode.Parse(recipe["playground"])!["prompt"]!);
        Assert.DoesNotContain('\0', recipe["parameters"]);
        Assert.Contains("Steps: 1, ", recipe["parameters"].Split('\n')[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "width": 250 """, "width", "width is 250; it must be a multiple of 2, 2 to 256.", false)]
    [InlineData(""" "width": 251 """, "width", "width is 251; it must be a multiple of 2, 2 to 256.", true)]
    [InlineData(""" "height": 4096 """, "height", "height is 4096; it must be a multiple of 2, 2 to 256.", true)]
    [InlineData(""" "height": -8 """, "height", "height is -8", true)]
    [InlineData(""" "clipSkip": 3 """, "clipSkip", "clipSkip is 3; it must be 0 to 2", true)]
    [InlineData(""" "guidance": 21 """, "guidance", "guidance is 21; it must be 0 to 20.", true)]
    [InlineData(""" "classes": [1] """, "classes", "has no classes", true)]
    [InlineData(""" "loras": [{"name": "missing"}] """, "loras[0].name", "LoRA 'missing' is not installed", true)]
    [InlineData(""" "interpolate": {"from": "a", "to": "b"} """, "interpolate.from", "no such picture", true)]
    public async Task What_the_model_cannot_do_is_said_beside_its_field(string field, string name, string sentence, bool isRefused)
    {
        using var response = await _http.SampleAsync($$"""{"model":"sd1","prompt":"a","steps":1,"count":1,{{field}}}""");
        if (!isRefused)
        {
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            return;
        }
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(sentence, (string)(await response.ReadAsync())["errors"]![name]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_characters_are_read_and_more_than_the_limit_refused()
    {
        var (job, _) = await RunAsync($$"""{"model":"sd1","prompt":"{{new string('x', 10_000)}}","steps":1,"count":1}""");
        Assert.Equal("succeeded", (string)job["status"]!);
        using var response = await _http.SampleAsync($$"""{"model":"sd1","prompt":"{{new string('x', 20_001)}}","steps":1,"count":1}""");
        Assert.Contains("20,001 characters; the limit is 20,000", (string)(await response.ReadAsync())["errors"]!["prompt"]![0]!,
            StringComparison.Ordinal);
        using var gray = await _http.SampleAsync("""{"model":"tiny","prompt":"a","steps":1,"count":1}""");
        Assert.Contains("reads no text", (string)(await gray.ReadAsync())["errors"]!["prompt"]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_LoRA_comes_in_is_listed_with_its_fit_changes_images_and_goes()
    {
        var name = await AddLoraAsync("lora-kohya.safetensors", "Style");
        var again = await AddLoraAsync("lora-kohya.safetensors", "Other");
        Assert.Equal(name, again);
        var listed = JsonNode.Parse(await _http.GetStringAsync("/api/v1/loras?model=sd1", Ct))!.AsArray()
            .Single(l => (string)l!["name"]! == name)!;
        Assert.True((int)listed["layers"]! > 10);
        Assert.Empty(listed["unmatched"]!.AsArray());
        var elsewhere = JsonNode.Parse(await _http.GetStringAsync("/api/v1/loras?model=tiny", Ct))!.AsArray()[0]!;
        Assert.Contains("reads no text", (string)elsewhere["problem"]!, StringComparison.Ordinal);

        const string Ask = """{"model":"sd1","prompt":"a","steps":2,"count":1,"seed":3""";
        var plain = await ImageAsync(Ask + "}");
        var changed = await ImageAsync(Ask + $$""","loras":[{"name":"{{name}}","strength":0.8}]}""");
        var off = await ImageAsync(Ask + $$""","loras":[{"name":"{{name}}","strength":0}]}""");
        Assert.NotEqual(PictureFile.Decode(plain).Pixels, PictureFile.Decode(changed).Pixels);
        Assert.Equal(PictureFile.Decode(plain).Pixels, PictureFile.Decode(off).Pixels);
        Assert.Contains($"a <lora:{name}:0.8>\n", PngFile.ReadText(changed)["parameters"], StringComparison.Ordinal);
        // The weights are as they were once it is off.
        Assert.Equal(PictureFile.Decode(plain).Pixels, PictureFile.Decode(await ImageAsync(Ask + "}")).Pixels);
        using var strong = await _http.SampleAsync(Ask + $$""","loras":[{"name":"{{name}}","strength":11}]}""");
        Assert.Contains("strength is 11", (string)(await strong.ReadAsync())["errors"]!["loras[0].strength"]![0]!,
            StringComparison.Ordinal);
        // A LoRA of layers that this model has in another size.
        using var wrong = await _http.SampleAsync($$"""{"model":"tiny","steps":1,"count":1,"loras":[{"name":"{{name}}"}]}""");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync($"/api/v1/loras/{name}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.DeleteAsync($"/api/v1/loras/{name}", Ct)).StatusCode);
    }

    [Fact]
    public async Task Files_that_are_no_LoRAs_are_refused()
    {
        foreach (var (file, sentence) in new[]
        {
            (await File.ReadAllBytesAsync(TextServer.Recorded("sd1", "unet", "diffusion_pytorch_model.safetensors"), Ct), "is no LoRA"),
            ((await File.ReadAllBytesAsync(TextServer.Recorded("lora-peft.safetensors"), Ct))[..^100], "is not a sound safetensors file"),
            ("nothing"u8.ToArray(), "not a"),
        })
        {
            using var response = await PutLoraAsync(file, "bad");
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            var said = (string)(await response.ReadAsync())["errors"]!["file"]![0]!;
            Assert.Contains(sentence, said, StringComparison.Ordinal);
            Assert.DoesNotContain(".part", said, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("bad", await _http.GetStringAsync("/api/v1/loras", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_comes_in_as_a_zip_goes_out_and_comes_in_again()
    {
        var files = ModelZip.FilesOf(TextServer.Recorded("sd1"), "mine/");
        files["mine/safety_checker/pytorch_model.bin"] = [1, 2, 3];
        using var response = await _http.ImportAsync(ModelZip.Pack(files));
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync(Ct));
        var imported = await response.ReadAsync();
        Assert.Equal("mine", (string)imported["model"]!["name"]!);
        Assert.Contains("safety_checker/pytorch_model.bin: pickled", (string)imported["leftOut"]![0]!, StringComparison.Ordinal);
        Assert.Equal(PictureFile.Decode(await ImageAsync("""{"model":"sd1","prompt":"a","steps":2,"count":1,"seed":3}""")).Pixels,
            PictureFile.Decode(await ImageAsync("""{"model":"mine","prompt":"a","steps":2,"count":1,"seed":3}""")).Pixels);

        var zip = await _http.GetByteArrayAsync("/api/v1/models/mine/export", Ct);
        Assert.Contains("mine/tokenizer/merges.txt", ModelZip.Unpack(zip).Keys);
        Assert.DoesNotContain("mine/safety_checker/pytorch_model.bin", ModelZip.Unpack(zip).Keys);
        Assert.Equal("twin", await _http.ImportAsync(zip, "?name=twin").ImportedAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteModelAsync("twin")).StatusCode);
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "vae/diffusion_pytorch_model.safetensors", "'vae/diffusion_pytorch_model.safetensors' is missing" },
        { "tokenizer/merges.txt", "'tokenizer/merges.txt' is missing" },
        { "scheduler/scheduler_config.json", "'scheduler/scheduler_config.json' is missing" },
        { "text_encoder/config.json", "'text_encoder/config.json' is missing" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_folder_with_a_part_missing_is_refused(string part, string sentence)
    {
        var files = ModelZip.FilesOf(TextServer.Recorded("sd1"), "half/");
        Assert.True(files.Remove("half/" + part));
        var (status, detail) = await _http.ImportAsync(ModelZip.Pack(files)).RefusalAsync();
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(sentence, detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_in_a_folder_is_found_before_it_is_installed()
    {
        const string Weights = "bad/unet/diffusion_pytorch_model.safetensors";
        var files = ModelZip.FilesOf(TextServer.Recorded("sd1"), "bad/");
        var sound = files[Weights];
        files[Weights] = sound[..^1000];
        var (_, truncated) = await _http.ImportAsync(ModelZip.Pack(files)).RefusalAsync();
        Assert.Contains("is not a sound safetensors file", truncated, StringComparison.Ordinal);

        // NaN in half precision.
        var poisoned = sound.ToArray();
        (poisoned[^2], poisoned[^1]) = (0xff, 0x7f);
        files[Weights] = poisoned;
        var (_, nan) = await _http.ImportAsync(ModelZip.Pack(files)).RefusalAsync();
        Assert.Contains("holds NaN or infinity", nan, StringComparison.Ordinal);

        files[Weights] = sound;
        files["bad/tokenizer/merges.txt"] = "#version: 0.2\n"u8.ToArray();
        var (status, merges) = await _http.ImportAsync(ModelZip.Pack(files)).RefusalAsync();
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.DoesNotContain("/", merges.Split("tokenizer/")[0].Split("'")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("bad", await _http.ModelNamesAsync());
    }

    [Fact]
    public async Task Single_files_that_are_no_model_are_refused_by_name()
    {
        var lora = new ByteArrayContent(await File.ReadAllBytesAsync(TextServer.Recorded("lora-kohya.safetensors"), Ct));
        lora.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var (status, detail) = await _http.ImportAsync(lora, "?file=style.safetensors").RefusalAsync();
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("'style.safetensors' is a LoRA, not a model", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weights_that_overflow_end_in_a_sentence_and_not_in_black_images()
    {
        // Numbers that are fine alone and infinite after a product or two.
        var files = ModelZip.FilesOf(TextServer.Recorded("sd1"), "huge/");
        const string Weights = "huge/unet/diffusion_pytorch_model.safetensors";
        var huge = files[Weights];
        var start = 8 + BitConverter.ToInt32(huge, 0);
        // 0x7bff is the largest number of half precision.
        for (var i = start; i + 1 < huge.Length; i += 2) (huge[i], huge[i + 1]) = (0xff, 0x7b);
        Assert.Equal("huge", await _http.ImportAsync(ModelZip.Pack(files)).ImportedAsync());
        var (job, _) = await RunAsync("""{"model":"huge","prompt":"a","steps":2,"count":1}""");
        Assert.Equal("failed", (string)job["status"]!);
        Assert.Contains("holds NaN or infinity", (string)job["error"]!, StringComparison.Ordinal);
    }

    private static (int, int, int) Form(byte[] png) => PictureFile.Decode(png) is var p ? (p.Width, p.Height, p.Channels) : default;

    private async Task<byte[]> ImageAsync(string request)
    {
        var (job, _) = await RunAsync(request);
        return await _http.GetByteArrayAsync($"/api/v1/jobs/{job["id"]}/0.png", Ct);
    }

    private async Task<(JsonNode Job, JsonNode Frame)> RunAsync(string request)
    {
        using var response = await _http.SampleAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Ct));
        var id = (string)(await response.ReadAsync())["id"]!;
        using var hub = await HubClient.ConnectAsync(server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        var (items, error) = await hub.ReadStreamAsync();
        Assert.Null(error);
        return (items[^1]["job"]!, items.LastOrDefault(i => i["frame"] is not null)?["frame"]!);
    }

    private async Task<string> UploadAsync(byte[] png)
    {
        using var response = await _http.PostAsync("/api/v1/pictures", new ByteArrayContent(png), Ct);
        return (string)(await response.ReadAsync())["id"]!;
    }

    private Task<HttpResponseMessage> PutLoraAsync(byte[] file, string name)
        => _http.PutAsync($"/api/v1/loras/{name}", new ByteArrayContent(file), Ct);

    private async Task<string> AddLoraAsync(string recording, string name)
    {
        using var response = await PutLoraAsync(await File.ReadAllBytesAsync(TextServer.Recorded(recording), Ct), name);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync(Ct));
        return (string)(await response.ReadAsync())["name"]!;
    }
}
