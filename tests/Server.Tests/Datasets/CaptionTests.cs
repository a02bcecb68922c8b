using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Datasets;

[Collection(Servers.Datasets)]
public sealed class CaptionTests(DatasetServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<(Dictionary<string, string?> Captions, JsonNode Report)> MakeAsync(params (string Name, byte[] Bytes)[] files)
    {
        var zip = new ZipForge();
        foreach (var (name, bytes) in files) zip.Add(name, bytes);
        var made = await server.MakeAsync(("captions.zip", zip.ToArray()));
        Assert.True((string)made["status"]! == "ready", made.ToJsonString());
        var pictures = JsonNode.Parse(await server.Http.GetStringAsync($"/api/v1/datasets/{made["id"]}/pictures", Ct))!["pictures"]!;
        using var delete = await server.Http.DeleteAsync($"/api/v1/datasets/{made["id"]}", Ct);
        return (pictures.AsArray().ToDictionary(p => (string)p!["name"]!, p => (string?)p!["caption"]), made["report"]!);
    }

    [Fact]
    public async Task Captions_are_read_from_every_file_that_holds_them_and_a_guessed_encoding_is_noted()
    {
        var (captions, report) = await MakeAsync(
            ("a.png", TestPicture.Png(1)), ("a.caption", "from kohya"u8.ToArray()),
            ("b.png", TestPicture.Png(2)), ("b.txt", [.. "caf"u8, 0xE9]),
            ("c.png", TestPicture.Png(3)), ("c.txt", Encoding.Unicode.GetBytes("in sixteen bits")),
            ("d.png", TestPicture.Png(4)), ("e.png", TestPicture.Png(5)),
            ("metadata.jsonl",
                "{\"file_name\": \"d.png\", \"caption\": \"d\"}\n{\"file_name\": \"e.png\", \"prompt\": \"e\"}"u8.ToArray()));
        Assert.Equal(("from kohya", "café", "in sixteen bits", "d", "e"),
            (captions["a.png"], captions["b.png"], captions["c.png"], captions["d.png"], captions["e.png"]));
        Assert.Contains(report["notes"]!.AsArray(), n => ((string)n!["text"]!).StartsWith(
            "Caption files not in UTF-8 or UTF-16: 1. 'b.txt' was read as Windows-1252", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_sample_wrote_comes_in_without_its_overview_and_with_its_classes()
    {
        var (captions, report) = await MakeAsync(("out/00000-class7.png", TestPicture.Png(1)), ("out/00001-class2.png", TestPicture.Png(2)),
            ("out/grid.png", TestPicture.Png(3)));
        Assert.Equal(["out/00000-class7.png", "out/00001-class2.png"], captions.Keys);
        Assert.Equal(["2", "7"], report["classes"]!.AsArray().Select(c => (string)c!["name"]!));
        Assert.Equal("out/grid.png", (string)report["examples"]![0]!["name"]!);
    }

    [Theory]
    [InlineData("application/offset+octet-stream; charset=utf-8", HttpStatusCode.NoContent)]
    [InlineData("Application/Offset+Octet-Stream", HttpStatusCode.NoContent)]
    [InlineData("application/octet-stream", HttpStatusCode.UnsupportedMediaType)]
    public async Task Media_types_are_compared_as_media_types(string type, HttpStatusCode expected)
    {
        using var create = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads");
        create.Headers.Add("Tus-Resumable", "1.0.0");
        create.Headers.Add("Upload-Length", "3");
        // JavaScript's String(null), base64.
        create.Headers.Add("Upload-Metadata", "filename YS5wbmc=,relativePath bnVsbA==,dataset dW5kZWZpbmVk");
        using var created = await server.Http.SendAsync(create, Ct);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var patch = new HttpRequestMessage(HttpMethod.Patch, created.Headers.Location);
        patch.Headers.Add("Tus-Resumable", "1.0.0");
        patch.Headers.Add("Upload-Offset", "0");
        patch.Content = new ByteArrayContent([1, 2, 3]);
        patch.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var patched = await server.Http.SendAsync(patch, Ct);
        Assert.Equal(expected, patched.StatusCode);
        var upload = JsonNode.Parse(await server.Http.GetStringAsync(created.Headers.Location, Ct))!;
        Assert.Equal("a.png", (string)upload["name"]!);
        using var delete = new HttpRequestMessage(HttpMethod.Delete, created.Headers.Location);
        delete.Headers.Add("Tus-Resumable", "1.0.0");
        using var deleted = await server.Http.SendAsync(delete, Ct);
    }

    [Fact]
    public async Task Fields_that_no_request_has_are_refused_by_name()
    {
        foreach (var (path, body, field) in new[]
        {
            ("/api/v1/samples", """{"model": "tiny", "cfg_scale": 7}""", "cfg_scale"),
            ("/api/v1/datasets", """{"name": "x", "uploads": [], "colour": 1}""", "colour"),
            ("/api/v1/trainings", """{"dataset": "x", "preset": "tiny", "options": {"lr": 1}}""", "options.lr"),
        })
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await server.Http.PostAsync(path, content, Ct);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains($"There is no field '{field}'.", (string)(await response.ReadAsync())["detail"]!,
                StringComparison.Ordinal);
        }
    }
}
