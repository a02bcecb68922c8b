using System.Net.Http.Json;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Playground.Client.Contracts;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Server.Gallery;
using Playground.Server.Tests.Gallery;

namespace Playground.Server.Tests.Hostile;

/// <summary>A server that is never too busy to be asked.</summary>
public sealed class PatientServer : ServerProcess
{
    protected override IReadOnlyDictionary<string, string> Settings
        => new Dictionary<string, string> { ["Playground__Limits__Burst"] = "1000000" };
}

/// <summary>Recipes with an attack in each field, one at a time: opened on Play, and shown in the gallery and on a shared page.</summary>
public sealed partial class HostileRecipeTests : IClassFixture<PatientServer>, IDisposable
{
    private const string Attack = "\"'><script>window.hit=1</script><img src=x onerror=window.hit=1>{{7*7}}${7*7}";

    // As JSON has them: tags, quotes, templates, what cannot be seen or turns the writing round, half a character, and far too much.
    private static readonly string[] s_texts =
    [
        Attack, "</title></textarea></style><svg onload=window.hit=1>", "javascript:window.hit=1", "' OR 1=1; DROP TABLE Jobs; --",
        "../../../../etc/passwd", "a\u0000b", "a\u202Eb\u2066c\u2069", "\uFFFE\uFFFF", "\uD83D", "%n%s%x{0}{1}@(1)",
        "line\r\nSteps: 9\r\nSet-Cookie: a=b",
        string.Concat(Enumerable.Repeat("Z\u0301\u0302\u0303\u0304", 300)), new string('W', 30_000), "", "   ", "NaN", "-1e999",
    ];

    private readonly PatientServer _server;
    private readonly HttpClient _http;

    public HostileRecipeTests(PatientServer server)
    {
        _server = server;
        _http = new HttpClient { BaseAddress = server.Address };
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task An_attack_in_any_field_of_our_own_form_is_taken_as_text_or_left_out_with_a_sentence()
    {
        var fields = typeof(SampleRequest).GetProperties().Where(p => p.CanWrite).Select(p => Camel(p.Name)).Append("title").ToList();
        Assert.Contains("prompt", fields);
        Assert.Contains("negativePrompt", fields);
        var asked = 0;
        foreach (var field in fields)
        {
            foreach (var text in s_texts)
            {
                // The text itself, and where a list or a map is meant.
                foreach (var value in new JsonNode[] { Json(text), new JsonArray(Json(text)), new JsonObject { ["name"] = Json(text) } })
                {
                    var recipe = new JsonObject { ["model"] = "tiny", ["steps"] = 5 };
                    recipe[field] = value;
                    await OpensAsync("playground", recipe.ToJsonString(), $"{field} = {Short(text)}");
                    asked++;
                }
            }
        }
        Assert.True(asked > 1000, $"{asked}");
    }

    [Fact]
    public async Task An_attack_in_any_part_of_the_text_that_others_write_is_taken_as_text_or_left_out_with_a_sentence()
    {
        string[] names = ["Steps", "Sampler", "CFG scale", "Seed", "Size", "Model hash", "Model", "VAE", "Clip skip", "Denoising strength",
            "Version", "Schedule type", "Lora hashes", "Variation seed", "Variation seed strength", "Hires upscale", "ENSD"];
        foreach (var text in s_texts)
        {
            foreach (var name in names)
                await OpensAsync("parameters", $"a cat\nNegative prompt: none\nSteps: 5, Seed: 1, {name}: {text}",
                    $"{name}: {Short(text)}");
            await OpensAsync("parameters", $"a cat\nSteps: 5, Seed: 1, {text}: 1", $"name {Short(text)}");
            await OpensAsync("parameters", $"{text}\nNegative prompt: {text}\nSteps: 5, Seed: 1", $"prompts {Short(text)}");
        }
    }

    [Fact]
    public async Task An_attack_in_any_text_of_an_image_that_is_kept_is_only_text_in_the_gallery_and_on_a_shared_page()
    {
        var saved = (await _http.SaveAsync(await _server.RunAsync(_http, """{"model":"tiny","steps":1,"count":1,"seed":3}"""))).Single();
        var own = await _http.GetByteArrayAsync($"/api/v1/gallery/images/{saved}.png", Ct);
        var columns = typeof(GalleryImageRow).GetProperties().Where(p => p.PropertyType == typeof(string)
            && p.Name is not (nameof(GalleryImageRow.Id) or nameof(GalleryImageRow.Owner) or nameof(GalleryImageRow.Hash)
                or nameof(GalleryImageRow.JobId) or nameof(GalleryImageRow.BoardId))).ToList();
        Assert.True(columns.Count >= 6, $"{columns.Count}");
        // The database takes what is Unicode; no text comes to it that is not.
        foreach (var text in s_texts.Where(t => !t.Contains('\uD83D') && !t.Contains('\0')))
            await ShowsAsync(own, columns, text);
    }

    private async Task ShowsAsync(byte[] own, List<PropertyInfo> columns, string text)
    {
        var request = new JsonObject { ["model"] = text, ["sampler"] = text, ["prompt"] = text, ["negativePrompt"] = text, ["steps"] = 2 };
        var file = PngFile.Encode(PictureFile.Decode(own), new Dictionary<string, string>
        { ["playground"] = request.ToJsonString(), ["parameters"] = $"{text}\nNegative prompt: {text}\nSteps: 2, Model: {text}" });
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        var path = Path.Combine(_server.Data, "blobs", hash[..2], hash);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, file, Ct);
        var (id, board) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));
        await _server.ChangeRowsAsync((db, ct) =>
        {
            db.Add(new BoardRow { Id = board, Owner = "local", Name = $"{text} {board}", Created = DateTimeOffset.UtcNow });
            var row = GalleryCalls.RowOf(id, "local", DateTimeOffset.UtcNow);
            foreach (var column in columns) column.SetValue(row, text);
            typeof(GalleryImageRow).GetProperty(nameof(GalleryImageRow.Hash))!.SetValue(row, hash);
            row.BoardId = board;
            db.Add(row);
            db.Add(new GalleryRecipeRow { ImageId = id, Request = request.ToJsonString(), Parameters = text });
            db.Add(new GalleryTagRow { ImageId = id, Owner = "local", Tag = text });
            return db.SaveChangesAsync(ct);
        });
        foreach (var address in new[] { "/api/v1/gallery", "/api/v1/gallery/images?take=5", $"/api/v1/gallery/images/{id}",
            "/api/v1/gallery/boards", $"/api/v1/gallery/images/{id}.png" })
            Assert.True((await _http.GetAsync(address, Ct)).IsSuccessStatusCode, $"{address}: {Short(text)}");
        await IsOnlyTextAsync("/gallery", text);
        await IsOnlyTextAsync($"/gallery/{id}", text);
        await IsOnlyTextAsync($"/gallery?board={board}", text);
        await IsOnlyTextAsync($"/play?from=image.{id}", text);
        // The title is what its owner wrote, up to its limit.
        var title = text.Length > 200 ? text[..200] : text;
        var note = text.Length > 2000 ? "" : text;
        using var made = await _http.PostAsJsonAsync("/api/v1/shares", new { kind = "board", target = board, title, note, metadata = true },
            Ct);
        if (!made.IsSuccessStatusCode)
        {
            Assert.True((int)made.StatusCode is 400, $"{(int)made.StatusCode}: {Short(text)}");
            return;
        }
        var share = (string)(await made.ReadAsync())["path"]!;
        var page = await IsOnlyTextAsync(share, text);
        var image = Image().Match(page).Groups["path"].Value;
        Assert.NotEqual("", image);
        await IsOnlyTextAsync(image, text);
        await IsOnlyTextAsync($"/play?from=share.{share[3..]}.{image.Split('/')[^1]}", text);
        await IsOnlyTextAsync("/shares", text);
        await _http.ChangeAsync(HttpMethod.Post, "deletions", new { ids = new[] { id } });
    }

    private async Task<string> IsOnlyTextAsync(string path, string text)
    {
        using var response = await _http.GetAsync(path, Ct);
        var page = await response.Content.ReadAsStringAsync(Ct);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} for {Short(text)}");
        // Between tags it is &lt;, and within an attribute no quote ends it.
        foreach (var tag in new[] { "<script>window", "<img src=x", "<svg onload", "</title></textarea>" })
            Assert.DoesNotContain(tag, page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(href|src|action)=\"javascript:", page);
        return page;
    }

    private async Task OpensAsync(string keyword, string text, string what)
    {
        // PNG's own text is without zeros.
        if (text.Contains('\0')) text = text.Replace("\0", "\\u0000", StringComparison.Ordinal);
        var file = PngFile.Encode(new(1, 1, 1, 1, [0]), new Dictionary<string, string> { [keyword] = text });
        using var response = await _http.PostAsync("/api/v1/recipes", new ByteArrayContent(file), Ct);
        var answer = await response.Content.ReadAsStringAsync(Ct);
        Assert.True((int)response.StatusCode is 200 or 400, $"{what}: {(int)response.StatusCode} {Short(answer)}");
        if ((int)response.StatusCode == 400) return;
        var recipe = JsonNode.Parse(answer)!;
        Assert.All(recipe["notes"]!.AsArray().Select(n => (string)n!["message"]!),
            n => Assert.True(n.Length < 1000 && !n.Any(char.IsControl) && !n.Contains('\u202E'), $"{what}: {n}"));
        // What is taken over can be asked for: nothing of it is longer than a setting may be.
        Assert.All(new[] { "model", "sampler", "precision" },
            f => Assert.True(((string?)recipe["request"]![f])?.Length is null or <= 200, what));
    }

    private static JsonNode Json(string text) => JsonValue.Create(text)!;

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;

    [GeneratedRegex("href=\"(?<path>/s/[^/\"]+/[A-Za-z0-9_-]{22})\"")]
    private static partial Regex Image();
}
