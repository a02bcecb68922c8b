using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using Playground.Core.Imaging;

namespace Playground.Browser.Tests;

/// <summary>What somebody wrote into an image to run a script or to tear a page apart, in a real browser.</summary>
public sealed class HostileTextTests(BrowserFixture browser)
{
    private const string Attack = "\"'><img src=x onerror=\"window.hit=1\"><script>window.hit=1</script><svg onload=window.hit=1>";

    private const string SeedIs = "seed => document.querySelector(\"input[name='seed']\").value === seed";

    private static readonly string[] s_texts =
        [Attack, new('W', 3_000), $"a\u202Eb {string.Concat(Enumerable.Repeat("Z\u0301\u0302", 300))}"];

    private static readonly string[] s_fields = ["model", "sampler", "prompt", "negativePrompt", "precision", "mask", "init", "options",
        "loras", "interpolate", "guidance", "steps", "somethingElse"];

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task A_recipe_with_an_attack_in_any_field_runs_nothing_and_tears_nothing_apart_on_Play(int width)
    {
        var page = await browser.OpenAsync("/play", width: width);
        var seed = 1_000;
        foreach (var text in s_texts)
        {
            foreach (var field in s_fields)
            {
                var recipe = new JsonObject { ["model"] = "mnist", ["seed"] = ++seed };
                recipe[field] = field switch
                {
                    "init" => new JsonArray(text),
                    "options" => new JsonObject { [text] = text },
                    "loras" => new JsonArray(new JsonObject { ["name"] = text }),
                    "interpolate" => new JsonObject { ["from"] = text, ["to"] = text },
                    _ => text,
                };
                await OpenAsync(page, "playground", recipe.ToJsonString());
                await page.WaitForFunctionAsync(SeedIs, $"{seed}");
                await IsWholeAsync(page, $"{field} = {text[..20]}");
            }
            await OpenAsync(page, "parameters", $"{text}\nNegative prompt: {text}\nSteps: 5, Seed: {++seed}, Sampler: {text}, "
                + $"Model: {text}, Model hash: {text}, Size: {text}, {text}: {text}");
            // Quotes within may end the line's reading before the seed.
            await page.Locator("#source, #recipe [role=alert]").First.WaitForAsync();
            await IsWholeAsync(page, $"parameters with {text[..20]}");
        }
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task An_image_with_an_attack_in_every_text_runs_nothing_and_tears_nothing_apart_where_it_is_shown(int width)
    {
        foreach (var text in s_texts)
        {
            var page = await browser.OpenAsync("/play", width: width);
            await page.SetAsync("steps", 1);
            await page.SetAsync("count", 1);
            await page.GenerateAsync();
            await page.StatusAsync("Done");
            var api = page.APIRequest;
            var saved = await api.PostAsync("/api/v1/gallery/images", new() { DataObject = new { run = page.JobId() } });
            var id = (await saved.JsonAsync())!.Value.GetProperty("ids")[0].GetString()!;
            // Names that cannot be seen are refused.
            var board = await AddBoardAsync(api, $"{text[..60]} {id}") ?? (await AddBoardAsync(api, id))!;
            string[] ids = [id], addTags = [text[..40]];
            foreach (var edit in new object[] { new { ids, board }, new { ids, note = text[..80] }, new { ids, addTags } })
                await api.PatchAsync("/api/v1/gallery/images", new() { DataObject = edit });
            await RewriteAsync(id, text, await (await api.GetAsync($"/api/v1/gallery/images/{id}.png")).BodyAsync());

            await page.GotoAsync($"/gallery?board={board}");
            await page.Locator("#gallery-count:has-text('1 image')").WaitForAsync();
            await page.Locator("#gallery-wall .tile img").WaitForAsync();
            await IsWholeAsync(page, $"the wall with {text[..20]}");
            await page.Locator("#gallery-wall").PressAsync("Enter");
            await page.Locator("#viewer[open] dl").WaitForAsync();
            await IsWholeAsync(page, $"the viewer with {text[..20]}");

            var path = await ShareAsync(api, board, text[..80]) ?? (await ShareAsync(api, board, "seen"))!;
            var visitor = await browser.OpenAsync(path, width: width, ready: ".grid img");
            await IsWholeAsync(visitor, $"the shared page with {text[..20]}");
            await visitor.Locator(".grid a").ClickAsync();
            await visitor.Locator("dl").WaitForAsync();
            Assert.Contains(text[..20], await visitor.Locator("dl").InnerTextAsync(), StringComparison.Ordinal);
            await IsWholeAsync(visitor, $"the shared image with {text[..20]}");
            await page.GotoAsync("/shares");
            await page.Locator("button.revoke").First.WaitForAsync();
            await IsWholeAsync(page, $"the links with {text[..20]}");
            await api.PostAsync("/api/v1/gallery/deletions?permanently=true", new() { DataObject = new { ids } });
            await api.DeleteAsync($"/api/v1/gallery/boards/{board}");
        }
    }

    // No script ran, nothing of the text became an element, and nothing stands beyond the window's edge.
    private static async Task IsWholeAsync(IPage page, string what)
    {
        // With its styles.
        await page.WaitForLoadStateAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.hit === undefined"), $"A script ran: {what}.");
        Assert.Equal(0, await page.Locator("img[src=x], svg[onload], script:not([src]):not([type=importmap])").CountAsync());
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0,
            $"The page is wider than the window: {what}.");
        var beyond = await page.EvaluateAsync<string?>("""
            () => {
              const dialog = document.querySelector('dialog[open]');
              if (!dialog || dialog.scrollWidth <= dialog.clientWidth) return null;
              const widest = [...dialog.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > dialog.clientWidth);
              return widest.map(e => `${e.tagName} ${e.id} ${e.className}`).slice(0, 5).join(', ') || 'something';
            }
            """);
        Assert.True(beyond is null, $"The viewer is wider than the window: {what}: {beyond}.");
    }

    private static Task OpenAsync(IPage page, string keyword, string text)
        => page.Locator("#recipe input").SetInputFilesAsync(new FilePayload
        {
            Name = "hostile.png",
            MimeType = "image/png",
            Buffer = PngFile.Encode(new(1, 1, 1, 1, [0]), new Dictionary<string, string> { [keyword] = text }),
        });

    private static async Task<string?> AddBoardAsync(IAPIRequestContext api, string name)
    {
        var made = await api.PostAsync("/api/v1/gallery/boards", new() { DataObject = new { name } });
        return made.Ok ? (await made.JsonAsync())!.Value.GetProperty("id").GetString() : null;
    }

    private static async Task<string?> ShareAsync(IAPIRequestContext api, string board, string title)
    {
        var made = await api.PostAsync("/api/v1/shares",
            new() { DataObject = new { kind = "board", target = board, metadata = true, title, note = title } });
        return made.Ok ? (await made.JsonAsync())!.Value.GetProperty("path").GetString() : null;
    }

    // As if the image had come with such a recipe, which no model here would have been asked for.
    private async Task RewriteAsync(string id, string text, byte[] png)
    {
        var request = new JsonObject { ["model"] = text, ["sampler"] = text, ["prompt"] = text, ["negativePrompt"] = text, ["steps"] = 2 };
        var file = PngFile.Encode(PictureFile.Decode(png), new Dictionary<string, string>
        { ["playground"] = request.ToJsonString(), ["parameters"] = text });
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        var path = Path.Combine(browser.Data, "blobs", hash[..2], hash);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
        await using var database = new SqliteConnection($"Data Source={Path.Combine(browser.Data, "playground.db")};Pooling=False");
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var change = database.CreateCommand();
        change.CommandText = """
            UPDATE GalleryImages SET Hash = $hash, Model = $text, ModelHash = $text, Dataset = $text, Sampler = $text, Prompt = $text
            WHERE Id = $id;
            UPDATE GalleryRecipes SET Request = $request, Parameters = $text WHERE ImageId = $id;
            """;
        foreach (var (name, value) in new[] { ("$hash", hash), ("$text", text), ("$request", request.ToJsonString()), ("$id", id) })
            change.Parameters.AddWithValue(name, value);
        Assert.Equal(2, await change.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }
}
