using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Playground.Core.Imaging;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Sampling;

/// <summary>Recipes out of images: ours come back whole, others' as far as they go, and nothing is passed over in silence.</summary>
[Collection(Servers.Plain)]
public sealed class RecipesTests : IDisposable
{
    private readonly HttpClient _http;
    private readonly ServerProcess _server;

    public RecipesTests(ServerProcess server)
    {
        _server = server;
        _http = new HttpClient { BaseAddress = server.Address };
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task An_image_made_here_gives_its_request_back_to_the_letter()
    {
        var id = await _http.StartAsync("""
            {"model":"tiny","sampler":"dpmpp-2m","options":{"karrasSigmas":true},"steps":6,"count":3,"seed":9,"classes":[2,1],"guidance":2,
             "variationSeed":4,"variationStrength":0.25}
            """);
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        await hub.ReadStreamAsync();
        var file = await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/1.png", Ct);
        var recipe = await ReadAsync(file);
        Assert.Empty(Notes(recipe));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(PngFile.ReadText(file)["playground"]), recipe["request"]),
            recipe["request"]!.ToJsonString());
        var grid = await ReadAsync(await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/grid.png", Ct));
        Assert.Equal((3, 2), ((int)grid["request"]!["count"]!, grid["request"]!["classes"]!.AsArray().Count));
    }

    [Fact]
    public async Task A1111s_text_is_understood_as_far_as_it_goes_and_the_rest_is_listed()
    {
        var recipe = await ReadAsync(Png("masterpiece, a cat: sitting\nNegative prompt: blurry, \"low\" quality\n"
            + "Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 1, Seed: 3216547, Size: 512x768, "
            + "Model hash: 6ce0161689, Model: v1-5-pruned, "
            + "Hires upscale: 2, Lora hashes: \"a: 1, b: 2\""));
        var request = recipe["request"]!;
        Assert.Equal((28, "dpmpp-2m", true, 3216547L, "", 1), ((int)request["steps"]!, (string)request["sampler"]!,
            (bool)request["options"]!["karrasSigmas"]!, (long)request["seed"]!, (string)request["model"]!, (int)request["count"]!));
        var notes = Notes(recipe);
        Assert.Contains(notes, n => n.StartsWith("The model “v1-5-pruned” (6ce0161689) is not installed.", StringComparison.Ordinal));
        Assert.Equal(("masterpiece, a cat: sitting", "blurry, \"low\" quality", 512, 768), ((string)request["prompt"]!,
            (string)request["negativePrompt"]!, (int)request["width"]!, (int)request["height"]!));
        Assert.Contains("Not used: Hires upscale, Lora hashes.", notes);
    }

    [Theory]
    [InlineData("Euler a", "euler-a", null)]
    [InlineData("PLMS", "pndm", "skipPrkSteps")]
    [InlineData("DPM++ 2M SDE Exponential", "dpmpp-2m-sde", "exponentialSigmas")]
    [InlineData("DPM++ 2M, Schedule type: Karras", "dpmpp-2m", "karrasSigmas")]
    [InlineData("UniPC, Schedule type: Automatic", "unipc", null)]
    public async Task Samplers_are_known_by_the_names_that_others_give_them(string theirs, string ours, string? option)
    {
        var recipe = await ReadAsync(Png($"class 1\nSteps: 20, Sampler: {theirs}, CFG scale: 1, Seed: 1, Size: 8x8, Model: tiny"));
        Assert.Empty(Notes(recipe));
        Assert.Equal((ours, option, 1), ((string)recipe["request"]!["sampler"]!, recipe["request"]!["options"]?.AsObject().Single().Key,
            (int)recipe["request"]!["classes"]![0]!));
    }

    [Theory]
    [InlineData("Steps: 0, Sampler: DDIM, Seed: 1, Model: tiny", "steps is 0; it must be 1 to 1000")]
    [InlineData("Steps: many, Sampler: DDIM, Seed: 1, Model: tiny", "Steps is “many”, which is not a whole number")]
    [InlineData("Steps: 5, Sampler: DPM adaptive, Seed: 1, Model: tiny", "The sampler “DPM adaptive” is not available")]
    [InlineData("Steps: 5, Sampler: DDIM, Seed: 99999999999999999999, Model: tiny", "Seed is “99999999999999999999”")]
    [InlineData("Steps: 5, Sampler: DDIM, Seed: 1, CFG scale: NaN, Model: tiny", "CFG scale is “NaN”")]
    [InlineData("Steps: 5, Sampler: DDIM, Seed: 1, CFG scale: 1e9, Model: tiny", "guidance is 1000000000")]
    [InlineData("Steps: 5, Sampler: DDIM, Seed: 1, Model: tiny, Size: 512x512", "tiny makes images of 8 × 8 pixels")]
    [InlineData("Steps: 5, Sampler: DDIM, Seed: 1, Model: tiny, Denoising strength: 0.5",
        "the image that it started from is not in the file")]
    [InlineData("Steps: 5, Sampler: DDIM, Seed: 1, Model: tiny, Model hash: ffffffffff", "has other weights")]
    [InlineData("a cat <lora:style:0.5>\nSteps: 5, Sampler: DDIM, Seed: 1, Model: tiny", "the model 'tiny' reads no text")]
    [InlineData("a cat <lora:style:0.5>\nSteps: 5, Sampler: DDIM, Seed: 1, Model: tiny", "LoRA 'style' is not installed")]
    [InlineData("a cat\nNegative prompt: dog\nSteps: 5, Sampler: DDIM, Seed: 1, Model: tiny, Clip skip: 2", "clipSkip is 1")]
    [InlineData("class 99\nSteps: 5, Sampler: DDIM, Seed: 1, Model: tiny", "class 99 does not exist")]
    [InlineData("Steps: 5, Sampler: DDIM, Seed: 1, Model: \"../../etc/passwd\"", "The model “../../etc/passwd” is not installed")]
    public async Task One_bad_value_is_said_and_does_not_cost_the_rest(string text, string expected)
    {
        var recipe = await ReadAsync(Png(text));
        Assert.Contains(Notes(recipe), n => n.Contains(expected, StringComparison.Ordinal));
        if (!text.Contains("Seed: 9", StringComparison.Ordinal)) Assert.Equal(1, (long)recipe["request"]!["seed"]!);
    }

    [Fact]
    public async Task A_model_that_was_renamed_is_found_by_its_weights()
    {
        var models = JsonNode.Parse(await _http.GetStringAsync("/api/v1/models", Ct))!.AsArray();
        var hash = (string)models.Single(m => (string)m!["name"]! == "mnist")!["hash"]!;
        var recipe = await ReadAsync(Png($"Steps: 5, Sampler: DDIM, Seed: 1, Model hash: {hash}, Model: digits"));
        Assert.Equal("mnist", (string)recipe["request"]!["model"]!);
        Assert.Equal(["The model “digits” is called “mnist” here."], Notes(recipe));
    }

    [Fact]
    public async Task Hostile_values_in_every_field_of_our_own_form_are_left_out_one_by_one()
    {
        var hostile = new JsonObject
        {
            ["model"] = "tiny",
            ["sampler"] = "<script>alert(1)</script>",
            ["options"] = new JsonObject { ["a\u202Eb"] = new string('x', 5000) },
            ["steps"] = "5",
            ["eta"] = 1e308,
            ["classes"] = new JsonArray(1, -1),
            ["guidance"] = -5,
            ["count"] = 10_000_000,
            ["seed"] = 5,
            ["seeds"] = new JsonArray("1"),
            ["init"] = new JsonArray("../../../etc/passwd"),
            ["mask"] = "\u0007bell",
            ["precision"] = new string('y', 100_0),
            ["__proto__"] = 1,
            ["x\u0000y"] = 2,
        };
        var recipe = await ReadAsync(PngFile.Encode(new(1, 1, 1, 1, [0]), new Dictionary<string, string>
        { ["playground"] = hostile.ToJsonString() }));
        var request = recipe["request"]!;
        Assert.Equal(("tiny", 5L, "ddim", 50, 16), ((string)request["model"]!, (long)request["seed"]!, (string)request["sampler"]!,
            (int)request["steps"]!, (int)request["count"]!));
        Assert.Equal(("[]", "[]", "f32"), (request["init"]!.ToJsonString(), request["classes"]!.ToJsonString(),
            (string)request["precision"]!));
        var notes = Notes(recipe);
        foreach (var field in new[] { "sampler", "options", "steps", "eta", "class", "guidance", "count", "seeds", "init", "mask",
            "precision" })
            Assert.Contains(notes, n => n.Contains(field, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("Not used: __proto__, x y.", notes);
        Assert.All(notes, n => Assert.True(n.Length < 600 && !n.Any(char.IsControl) && !n.Contains('\u202E'), n));
    }

    [Fact]
    public async Task A_damaged_JSON_falls_back_on_the_line_that_others_read()
    {
        var recipe = await ReadAsync(PngFile.Encode(new(1, 1, 1, 1, [0]), new Dictionary<string, string>
        {
            ["playground"] = "{\"model\":",
            ["parameters"] = "class 2\nSteps: 7, Sampler: DDIM, CFG scale: 1, Seed: 3, Size: 8x8, Model: tiny",
        }));
        Assert.Equal((7, 3L), ((int)recipe["request"]!["steps"]!, (long)recipe["request"]!["seed"]!));
        Assert.Equal(7,
            (int)(await ReadAsync(Encoding.UTF8.GetBytes("Steps: 7, Sampler: DDIM, Seed: 3, Model: tiny\n")))["request"]!["steps"]!);
    }

    [Fact]
    public async Task What_has_no_recipe_is_refused_in_a_sentence()
    {
        await RefusedAsync(PngFile.Encode(new(1, 1, 1, 1, [0])), "The image has no recipe in it.");
        await RefusedAsync(PngFile.Encode(new(1, 1, 1, 1, [0]),
            new Dictionary<string, string> { ["parameters"] = new string('a', 70_000) }),
            "The image's text \"parameters\" is longer than 64 KiB");
        await RefusedAsync([], "neither a PNG image");
        await RefusedAsync([0xFF, 0xD8, 0xFF, 0xE0], "neither a PNG image");
        await RefusedAsync(Encoding.UTF8.GetBytes("hello"), "neither a PNG image");
        await RefusedAsync(new byte[100_000], "not a PNG image");
        await RefusedAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 20_00))), "neither a PNG image");
    }

    private static byte[] Png(string parameters)
        => PngFile.Encode(new(1, 1, 1, 1, [0]), new Dictionary<string, string> { ["parameters"] = parameters });

    private static string[] Notes(JsonNode recipe) => [.. recipe["notes"]!.AsArray().Select(n => (string)n!["message"]!)];

    private async Task<JsonNode> ReadAsync(byte[] file)
    {
        var response = await _http.PostAsync("/api/v1/recipes", new ByteArrayContent(file), Ct);
        var answer = await response.ReadAsync();
        Assert.True(response.IsSuccessStatusCode, answer.ToJsonString());
        return answer;
    }

    private async Task RefusedAsync(byte[] file, string expected)
    {
        var response = await _http.PostAsync("/api/v1/recipes", new ByteArrayContent(file), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (string)(await response.ReadAsync())["errors"]!["recipe"]![0]!, StringComparison.Ordinal);
    }
}
