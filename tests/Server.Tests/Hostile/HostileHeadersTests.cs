using System.Net;
using System.Text;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Hostile;

/// <summary>Headers that nobody means, and names that archives should not have: refused or borne, and never the server's fault.</summary>
[Collection(Servers.Hostile)]
public sealed class HostileHeadersTests(HostileServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/json; charset=bogus")]
    [InlineData("application/json; charset=\"\"")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("text/plain")]
    [InlineData(";")]
    [InlineData("application/json/json")]
    public async Task A_content_type_that_is_none_is_refused(string type)
    {
        foreach (var path in new[] { "samples", "trainings", "evaluations", "datasets", "models", "pictures", "trainings/estimate" })
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"model":"none"}"""));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var response = await server.Http.PostAsync($"/api/v1/{path}", content, Ct);
            // What says nothing of its kind is taken for a model's archive, and looked at later.
            Assert.True((int)response.StatusCode is >= 400 and < 500
                || (path == "models" && response.StatusCode == HttpStatusCode.Accepted),
                $"{path} with {type}: {(int)response.StatusCode}");
        }
    }

    [Theory]
    [InlineData("filename AAECAwQ=")]
    [InlineData("filename not-base64!")]
    [InlineData("filename //79")]
    [InlineData("filename")]
    [InlineData("filename ,,,")]
    [InlineData("dataset AAAA,filename eA==")]
    [InlineData("filename Li4vLi4vZXRjL3Bhc3N3ZA==")]
    [InlineData("filename 7b++")]
    public async Task Metadata_of_an_upload_that_are_none_are_refused_or_borne(string metadata)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads");
        request.Headers.TryAddWithoutValidation("Tus-Resumable", "1.0.0");
        request.Headers.TryAddWithoutValidation("Upload-Length", "1");
        request.Headers.TryAddWithoutValidation("Upload-Metadata", metadata);
        using var response = await server.Http.SendAsync(request, Ct);
        Assert.True((int)response.StatusCode is 201 or (>= 400 and < 500), $"{(int)response.StatusCode}");
    }

    [Theory]
    [InlineData("Upload-Length", "9223372036854775808")]
    [InlineData("Upload-Length", "-1")]
    [InlineData("Upload-Length", "1e3")]
    [InlineData("Upload-Checksum", "sha256 ")]
    [InlineData("Upload-Checksum", "md5 AAAA")]
    [InlineData("Upload-Checksum", "sha1")]
    public async Task Numbers_and_digests_of_an_upload_that_are_none_are_refused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads") { Content = new ByteArrayContent([1]) };
        request.Headers.TryAddWithoutValidation("Tus-Resumable", "1.0.0");
        if (header != "Upload-Length") request.Headers.TryAddWithoutValidation("Upload-Length", "1");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/offset+octet-stream");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await server.Http.SendAsync(request, Ct);
        Assert.True((int)response.StatusCode is >= 400 and < 500, $"{(int)response.StatusCode}");
    }

    [Fact]
    public async Task A_wait_that_is_none_is_no_wait()
    {
        foreach (var wait in new[] { "wait", "wait=", "wait=-1", "wait=x", "wait=99999999999", "respond-async", ",;=" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/models")
            { Content = new ByteArrayContent([1, 2, 3]) { Headers = { { "Content-Type", "application/zip" } } } };
            request.Headers.TryAddWithoutValidation("Prefer", wait);
            using var response = await server.Http.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }
    }

    [Fact]
    public async Task Names_in_an_archive_that_are_no_text_make_no_difference_to_the_others()
    {
        var zip = new ZipForge();
        foreach (var (i, name) in new[] { "a\uFFFEb.png", "\uFFFF.png", "\u202Egnp.exe.png", "con.png", "a\u0007.png" }.Index())
            zip.Add(name, Datasets.TestPicture.Png(i, 8, 8));
        var upload = await new Datasets.TusClient(server.Http).UploadAsync(zip.ToArray(), "names.zip");
        using var made = await server.Http.PostAsync("/api/v1/datasets",
            new StringContent($$"""{"name":"names","uploads":["{{upload}}"]}""", Encoding.UTF8, "application/json"), Ct);
        var id = (string)(await made.ReadAsync())["id"]!;
        while (true)
        {
            var found = await (await server.Http.GetAsync($"/api/v1/datasets/{id}", Ct)).ReadAsync();
            if ((string)found["status"]! == "inspecting")
            {
                await Task.Delay(20, Ct);
                continue;
            }
            Assert.True((string)found["status"]! == "ready", (string?)found["error"]);
            return;
        }
    }
}
