using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Playground.Core;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Server.Sampling;
using Playground.Server.Storage;

namespace Playground.Server.Tests;

[Collection(Servers.Plain)]
public sealed class PicturesTests : IDisposable
{
    private readonly ServerProcess _server;
    private readonly HttpClient _http;

    public PicturesTests(ServerProcess server)
    {
        _server = server;
        _http = new HttpClient { BaseAddress = server.Address };
    }

    public void Dispose() => _http.Dispose();

    // Eight by eight, as the tiny model takes it.
    private static PictureBatch Picture(int first = 0) => new(1, 8, 8, 1, [.. Enumerable.Range(0, 64).Select(i => (byte)(first + 3 * i))]);

    private static readonly byte[] s_mask = PngFile.Encode(
        new(1, 8, 8, 1, [.. Enumerable.Range(0, 64).Select(i => i % 8 < 4 ? (byte)0 : (byte)255)]));

    [Fact]
    public async Task An_upload_is_kept_as_PNG_under_its_hash_and_read_again()
    {
        var file = PngFile.Encode(new(1, 6, 9, 3, [.. Enumerable.Range(0, 162).Select(i => (byte)i)]),
            new Dictionary<string, string> { ["comment"] = "left out" });
        var response = await UploadAsync(file);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var answer = await response.ReadAsync();
        var id = (string)answer["id"]!;
        Assert.Equal((64, 9, 6), (id.Length, (int)answer["width"]!, (int)answer["height"]!));
        Assert.Equal(answer.ToJsonString(),
            (await (await _http.GetAsync(response.Headers.Location, TestContext.Current.CancellationToken)).ReadAsync()).ToJsonString());

        var kept = await _http.GetByteArrayAsync($"/api/v1/pictures/{id}.png", TestContext.Current.CancellationToken);
        Assert.Equal(PictureFile.Decode(file).Pixels, PictureFile.Decode(kept).Pixels);
        Assert.Empty(PngFile.ReadText(kept));
        Assert.Equal(id, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(kept)));

        // curl --data-binary says this of everything.
        var plain = new ByteArrayContent(file) { Headers = { ContentType = new("application/x-www-form-urlencoded") } };
        Assert.Equal(id,
            (string)(await (await _http.PostAsync("/api/v1/pictures", plain, TestContext.Current.CancellationToken)).ReadAsync())["id"]!);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(file), "picture", "any name.png" } };
        Assert.Equal(id,
            (string)(await (await _http.PostAsync("/api/v1/pictures", form, TestContext.Current.CancellationToken)).ReadAsync())["id"]!);
    }

    [Fact]
    public async Task What_the_mask_keeps_is_in_every_picture_made()
    {
        var (source, mask) = (await IdAsync(PngFile.Encode(Picture(5))), await IdAsync(s_mask));
        var id = await EndAsync(
            $$"""
            {"model":"tiny","sampler":"ddpm","steps":10,"count":2,"seed":4,"init":["{{source}}"],"mask":"{{mask}}",
             "repaint":{"jumpLength":2,"resamples":3} }
            """, steps: 10 + 4 * 2 * 2);
        for (var i = 0; i < 2; i++)
        {
            var made = await PictureAsync(id, $"{i}");
            Assert.Equal(Picture(5).Pixels.Where((_, p) => p % 8 < 4), made.Pixels.Where((_, p) => p % 8 < 4));
            Assert.NotEqual(Picture(5).Pixels, made.Pixels);
        }
    }

    [Fact]
    public async Task A_colour_picture_of_another_size_is_cut_to_the_models()
    {
        var colour = new PictureBatch(1, 30, 50, 3, [.. Enumerable.Range(0, 4500).Select(i => (byte)(i / 9))]);
        var (source, mask) = (await IdAsync(PngFile.Encode(colour)), await IdAsync(s_mask));
        var id = await EndAsync($$"""{"model":"tiny","steps":5,"count":1,"init":["{{source}}"],"mask":"{{mask}}"}""", 5);
        var wanted = PictureFile.Decode(PngFile.Encode(colour), size: 8, channels: 1);
        Assert.Equal(wanted.Pixels.Where((_, p) => p % 8 < 4), (await PictureAsync(id, "0")).Pixels.Where((_, p) => p % 8 < 4));
    }

    [Fact]
    public async Task A_picture_made_is_the_start_of_the_next_and_its_recipe_makes_it_again()
    {
        var first = await EndAsync("""{"model":"tiny","steps":4,"count":3,"seed":9}""", 4);
        var response = await _http.GetAsync($"/api/v1/jobs/{first}/1.png", TestContext.Current.CancellationToken);
        var source = response.Headers.ETag!.Tag.Trim('"');

        var next = await EndAsync(
            $$"""
            {"model":"tiny","steps":10,"count":2,"seed":7,"seeds":[70,71],"init":["{{source}}"],"strength":0.5,"guidance":2,
             "guidanceRescale":0.5,"guidanceInterval":[0,0.3],"variationSeed":5,"variationStrength":0.25}
            """, 5);
        var made = await _http.GetByteArrayAsync($"/api/v1/jobs/{next}/1.png", TestContext.Current.CancellationToken);
        var recipe = PngFile.ReadText(made);
        Assert.Contains("CFG scale: 2, Seed: 71,", recipe["parameters"], StringComparison.Ordinal);
        Assert.EndsWith("Variation seed: 6, Variation seed strength: 0.25, Denoising strength: 0.5, CFG Rescale: 0.5", recipe["parameters"],
            StringComparison.Ordinal);
        var again = await EndAsync(recipe["playground"], 5);
        Assert.Equal(PictureFile.Decode(made).Pixels, (await PictureAsync(again, "0")).Pixels);
    }

    [Fact]
    public async Task Interpolation_is_one_job_whose_frames_show_the_way_back_first()
    {
        var (from, to) = (await IdAsync(PngFile.Encode(Picture())), await IdAsync(PngFile.Encode(Picture(60))));
        var id = await _http.StartAsync(
            $$$"""{"model":"tiny","steps":10,"count":5,"interpolate":{"from":"{{{from}}}","to":"{{{to}}}","inversionCalls":2}}""");
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        var job = (await hub.ReadStreamAsync()).Items[^1]["job"]!;
        Assert.Equal(("succeeded", 30, 30), ((string)job["status"]!, (int)job["step"]!, (int)job["steps"]!));
        Assert.Equal(3 * 8, (await PictureAsync(id, "grid")).Width);
        // It is made again whole, not alone.
        var recipe = JsonNode.Parse(PngFile.ReadText(
            await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/2.png", TestContext.Current.CancellationToken))["playground"])!;
        Assert.Equal((5, from), ((int)recipe["count"]!, (string)recipe["interpolate"]!["from"]!));
    }

    [Theory]
    [InlineData("hello, I am a picture", "not an image of a kind that can be read")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image of a kind that can be read")]
    [InlineData("", "empty")]
    public async Task What_is_not_a_picture_is_refused(string body, string expected)
        => await RefusedAsync(await UploadAsync(System.Text.Encoding.UTF8.GetBytes(body)), "picture", expected);

    [Fact]
    public async Task Damaged_huge_and_muddled_uploads_are_refused_and_the_server_lives()
    {
        var png = PngFile.Encode(new(1, 64, 64, 3, [.. Enumerable.Range(0, 12288).Select(i => (byte)(i * i))]));
        await RefusedAsync(await UploadAsync(png[..(png.Length / 2)]), "picture", "damaged or cut off");
        await RefusedAsync(await UploadAsync(PngFile.Encode(new(1, 1, 50_000, 1, new byte[50_000]))), "picture",
            "50000 x 1; the limit is 4096 x 4096");
        using var two = new MultipartFormDataContent
            { { new ByteArrayContent(png), "a", "a.png" }, { new ByteArrayContent(png), "b", "b.png" } };
        await RefusedAsync(await _http.PostAsync("/api/v1/pictures", two, TestContext.Current.CancellationToken), "picture", "2 files");
        var broken = new ByteArrayContent([1, 2, 3])
        { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x") } };
        await RefusedAsync(await _http.PostAsync("/api/v1/pictures", broken, TestContext.Current.CancellationToken), "picture",
            "The form cannot be read");
        Assert.Equal(HttpStatusCode.Created, (await UploadAsync(png)).StatusCode);
    }

    [Fact]
    public async Task More_bytes_than_the_limit_are_refused_unread()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/pictures")
        { Content = new ByteArrayContent(new byte[17 << 20]), Headers = { ExpectContinue = true } };
        var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("at most 16 MiB", (string)(await response.ReadAsync())["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strangers_picture_is_as_good_as_none()
    {
        var file = PngFile.Encode(Picture(33));
        var id = await IdAsync(file);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync($"/api/v1/pictures/{id}", TestContext.Current.CancellationToken)).StatusCode);
        await _server.ChangeRowsAsync((db, ct) => db.Set<SourcePictureRow>().Where(p => p.Hash == id)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Owner, "stranger"), ct));
        foreach (var path in new[] { id, $"{id}.png", "none", "none.png", "..%2f..%2fplayground.db" })
            Assert.Equal(HttpStatusCode.NotFound,
                (await _http.GetAsync($"/api/v1/pictures/{path}", TestContext.Current.CancellationToken)).StatusCode);
        await RefusedAsync(await _http.SampleAsync($$"""{"model":"tiny","init":["{{id}}"]}"""), "init", "there is no such picture");
        // Whoever has the picture itself may upload it.
        Assert.Equal(id, await IdAsync(file));
    }

    [Theory]
    [InlineData("init", """ "init":["0000"] """, "init is '0000', and there is no such picture")]
    [InlineData("mask", """ "init":["P"],"mask":"../P" """, "mask is '../")]
    [InlineData("interpolate.to", """ "interpolate":{"from":"P"} """, "interpolate.to is ''")]
    [InlineData("strength", """ "init":["P"],"strength":0 """, "strength is 0; it must be above 0")]
    [InlineData("strength", """ "init":["P"],"strength":"NaN" """, "'strength' is a text; it must be a number, without quotes")]
    [InlineData("strength", """ "init":["P"],"strength":1.5 """, "strength is 1.5")]
    [InlineData("strength", """ "strength":0.5 """, "without init")]
    [InlineData("mask", """ "mask":"P" """, "without init")]
    [InlineData("mask", """ "init":["P"],"mask":"BLACK" """, "no white pixel")]
    [InlineData("init", """ "init":["P"],"interpolate":{"from":"P","to":"P"} """, "exclude each other")]
    [InlineData("sampler", """ "sampler":"unipc","interpolate":{"from":"P","to":"P"} """, "interpolate takes ddim")]
    [InlineData("eta", """ "eta":1,"interpolate":{"from":"P","to":"P"} """, "interpolate takes 0")]
    [InlineData("repaint", """ "init":["P"],"repaint":{"jumpLength":2,"resamples":2} """, "without mask")]
    [InlineData("repaint.resamples", """ "sampler":"heun","init":["P"],"mask":"WHITE","repaint":{"jumpLength":2,"resamples":2} """,
        "heun cannot go back")]
    [InlineData("repaint.jumpLength", """ "init":["P"],"mask":"WHITE","repaint":{"jumpLength":50,"resamples":2} """, "below the 50 steps")]
    [InlineData("seeds", """ "seeds":[1,2] """, "seeds has 2 values, and count is 16")]
    [InlineData("variationStrength", """ "variationStrength":-0.5 """, "0 to 1")]
    [InlineData("guidanceRescale", """ "guidanceRescale":2 """, "0 to 1")]
    [InlineData("guidanceInterval", """ "guidanceInterval":[0.5] """, "takes two")]
    [InlineData("guidanceInterval", """ "guidanceInterval":[0.5,0.2] """, "from a smaller to a larger")]
    public async Task Bad_input_is_named_by_its_field(string field, string fields, string expected)
    {
        fields = fields.Replace("BLACK", await IdAsync(PngFile.Encode(new(1, 8, 8, 1, new byte[64]))), StringComparison.Ordinal)
            .Replace("WHITE", await IdAsync(s_mask), StringComparison.Ordinal)
            .Replace("\"P\"", $"\"{await IdAsync(PngFile.Encode(Picture()))}\"", StringComparison.Ordinal);
        await RefusedAsync(await _http.SampleAsync($$"""{"model":"tiny",{{fields}}}"""), field, expected);
    }

    private async Task<HttpResponseMessage> UploadAsync(byte[] file)
        => await _http.PostAsync("/api/v1/pictures", new ByteArrayContent(file) { Headers = { ContentType = new("image/png") } },
            TestContext.Current.CancellationToken);

    private async Task<string> IdAsync(byte[] file)
        => (string)(await (await UploadAsync(file)).EnsureSuccessStatusCode().ReadAsync())["id"]!;

    private async Task<PictureBatch> PictureAsync(string job, string name)
        => PictureFile.Decode(await _http.GetByteArrayAsync($"/api/v1/jobs/{job}/{name}.png", TestContext.Current.CancellationToken));

    private async Task<string> EndAsync(string request, int steps)
    {
        var id = await _http.StartAsync(request);
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        var job = (await hub.ReadStreamAsync()).Items[^1]["job"]!;
        Assert.Equal(("succeeded", steps, steps), ((string)job["status"]!, (int)job["step"]!, (int)job["steps"]!));
        return id;
    }

    private static async Task RefusedAsync(HttpResponseMessage response, string field, string expected)
    {
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var message = (string)(await response.ReadAsync())["errors"]![field]![0]!;
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }
}
