using System.Buffers.Binary;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Server.Datasets;

namespace Playground.Server.Tests.Datasets;

[Collection(Servers.Datasets)]
public sealed class DatasetTests(DatasetServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_zip_of_folders_becomes_a_data_set_with_classes_and_a_first_version_pixel_for_pixel()
    {
        var zip = new ZipForge();
        for (var i = 0; i < 30; i++) zip.Add($"pets/{(i % 3 == 0 ? "cat" : "dog")}/{i}.png", TestPicture.Png(i), deflate: i % 2 == 0);
        var made = await server.MakeAsync(("pets.zip", zip.ToArray()));

        Assert.Equal("ready", (string)made["status"]!);
        Assert.Equal("""[{"name":"cat","count":10},{"name":"dog","count":20}]""", made["report"]!["classes"]!.ToJsonString());
        Assert.Equal(30, (int)made["report"]!["pictures"]!);
        Assert.Empty(made["report"]!["leftOut"]!.AsArray());
        Assert.Empty(server.Files("datasets/work"));
        var first = made["versions"]![0]!;
        Assert.Equal((16, 3, "centre"), ((int)first["size"]!, (int)first["channels"]!, (string)first["crop"]!));

        using var stored = Open(first);
        Assert.Equal((30, 2), (stored.Count, stored.Classes!.Value));
        var planar = new byte[3 * 16 * 16];
        stored.Read(7, planar);
        var original = TestPicture.Pixels(7).Pixels;
        Assert.Equal(Enumerable.Range(0, 3).SelectMany(c => Enumerable.Range(0, 256).Select(i => original[3 * i + c])), planar);
        Assert.Equal(1, stored.Label(7));
    }

    [Fact]
    public async Task Loose_files_tars_and_compressed_tars_together_are_one_data_set_with_captions()
    {
        using var tar = new MemoryStream();
        await using (var zipped = new GZipStream(tar, CompressionLevel.Fastest, leaveOpen: true))
        await using (var writer = new TarWriter(zipped, TarEntryFormat.Pax))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a/1.png") { DataStream = new MemoryStream(TestPicture.Png(1)) });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a/1.txt")
            { DataStream = new MemoryStream("  a red\n cat "u8.ToArray()) });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "a/link.png") { LinkName = "/etc/passwd" });
        }
        var lines = """{"file_name": "2.png", "text": "two", "label": "x"}""" + "\nnot json\n"
            + """{"file_name": "missing.png", "text": "three"}""";
        var made = await server.MakeAsync(("a.tar.gz", tar.ToArray()), ("2.png", TestPicture.Png(2)),
            ("metadata.jsonl", Encoding.UTF8.GetBytes(lines)));

        Assert.Equal(2, (int)made["report"]!["captions"]!);
        Assert.Equal(2, made["report"]!["examples"]!.AsArray().Count);
        Assert.Contains(made["report"]!["notes"]!.AsArray(),
            n => (string)n!["text"]! == "Captions and labels that belong to no image: 1.");
        var pictures = (await PicturesAsync(made, ""))["pictures"]!.AsArray();
        Assert.Equal(["a red cat", "two"], pictures.Select(p => (string?)p!["caption"]));
        Assert.Equal("x", (string)pictures[1]!["class"]!);
        using var stored = Open(made["versions"]![0]!);
        Assert.Equal("two", stored.Caption(1));
    }

    [Fact]
    public async Task Idx_pairs_keep_their_labels_whichever_comes_first()
    {
        var pixels = new byte[16 + 3 * 64];
        (pixels[2], pixels[3]) = (8, 3);
        BinaryPrimitives.WriteInt32BigEndian(pixels.AsSpan(4), 3);
        BinaryPrimitives.WriteInt32BigEndian(pixels.AsSpan(8), 8);
        BinaryPrimitives.WriteInt32BigEndian(pixels.AsSpan(12), 8);
        new Random(1).NextBytes(pixels.AsSpan(16));
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(pixels);
        byte[] labels = [0, 0, 8, 1, 0, 0, 0, 3, 9, 0, 9];
        var made = await server.MakeAsync(("t-labels-idx1-ubyte", labels), ("t-images-idx3-ubyte.gz", packed.ToArray()));

        Assert.Equal("""[{"name":"0","count":1},{"name":"9","count":2}]""", made["report"]!["classes"]!.ToJsonString());
        using var stored = Open(made["versions"]![0]!);
        Assert.Equal((1, 8), (stored.Channels, stored.Width));
        var second = new byte[64];
        stored.Read(1, second);
        Assert.Equal(pixels[(16 + 64)..(16 + 128)], second);
    }

    [Fact]
    public async Task Cifars_binary_form_is_read_with_the_names_of_its_classes()
    {
        var records = new byte[2 * 3073];
        new Random(2).NextBytes(records);
        (records[0], records[3073]) = (1, 0);
        var made = await server.MakeAsync(("cifar.zip", new ZipForge().Add("c/data_batch_1.bin", records, deflate: true)
            .Add("c/batches.meta.txt", "airplane\nautomobile\n"u8.ToArray()).ToArray()));

        Assert.Equal(["airplane", "automobile"], made["report"]!["classes"]!.AsArray().Select(c => (string)c!["name"]!));
        using var stored = Open(made["versions"]![0]!);
        var first = new byte[3072];
        stored.Read(0, first);
        Assert.Equal(records[1..3073], first);
        Assert.Equal(1, stored.Label(0));
    }

    [Fact]
    public async Task An_edit_makes_a_new_version_and_leaves_the_old_one_as_it_was()
    {
        var zip = new ZipForge();
        for (var i = 0; i < 12; i++) zip.Add($"{"abc"[i % 3]}/{i:00}.png", TestPicture.Png(i, 24, 16));
        var made = await server.MakeAsync(("abc.zip", zip.ToArray()));
        var id = (string)made["id"]!;
        var hash = (string)made["versions"]![0]!["hash"]!;

        made = await server.EditAsync(id,
            """{"exclude":[0,1],"include":[1],"excludeClasses":["c"],"rename":{"a":"b"},"size":8,"channels":1,"crop":"pad"}""");
        var second = made["versions"]![1]!;
        Assert.Equal((2, "ready", 7, 8, 1), ((int)second["version"]!, (string)second["status"]!, (int)second["count"]!,
            (int)second["size"]!, (int)second["channels"]!));
        Assert.Equal("""[{"name":"b","count":7}]""", second["classes"]!.ToJsonString());
        using (var stored = Open(second))
        {
            var planar = new byte[64];
            stored.Read(0, planar);
            Assert.All(planar[..8], p => Assert.Equal(0, p)); // 24×16 within 8×8: bars above and below
            Assert.Contains(planar[16..48], p => p > 0);
        }
        Assert.Equal(5, (int)(await PicturesAsync(made, "?version=2&excluded=true"))["total"]!);
        Assert.Equal(0, (int)(await PicturesAsync(made, "?version=1&excluded=true"))["total"]!);
        Assert.Equal(hash, (string)made["versions"]![0]!["hash"]!);

        // What is done again from the first version has the same content, and so the same file.
        made = await server.EditAsync(id, """{"from":1,"size":16}""");
        Assert.Equal(hash, (string)made["versions"]![2]!["hash"]!);

        var renamed = await server.EditAsync(id, """{"name":"letters"}""");
        Assert.Equal(("letters", 3), ((string)renamed["name"]!, renamed["versions"]!.AsArray().Count));
    }

    [Theory]
    [InlineData("""{"size":7}""", "size is 7")]
    [InlineData("""{"size":513}""", "size is 513")]
    [InlineData("""{"channels":2}""", "channels is 2")]
    [InlineData("""{"crop":"middle"}""", "crop is 'middle'")]
    [InlineData("""{"exclude":[99]}""", "There is no picture 99")]
    [InlineData("""{"exclude":[0,1]}""", "Every picture would be left out")]
    [InlineData("""{"rename":{"x":"y"}}""", "There is no class 'x'")]
    [InlineData("""{"name":""}""", "The name has 0 characters")]
    [InlineData("""{"excludeDuplicates":"all"}""", "excludeDuplicates is 'all'")]
    [InlineData("""{"size":"big"}""", "'size'")]
    public async Task An_edit_out_of_range_is_refused(string edit, string expected)
    {
        var made = await server.MakeAsync(("1.png", TestPicture.Png(1)), ("2.png", TestPicture.Png(2)));
        using var response = await server.Http.PatchAsync($"/api/v1/datasets/{made["id"]}",
            new StringContent(edit, Encoding.UTF8, "application/json"), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (string)(await response.ReadAsync())["detail"]!, StringComparison.Ordinal);
        Assert.Single((await server.FindAsync((string)made["id"]!))["versions"]!.AsArray());
    }

    [Fact]
    public async Task Equal_and_nearly_equal_pictures_are_found_and_can_be_left_out()
    {
        var picture = Smooth(1);
        var other = Smooth(2);
        var nearly = new PictureBatch(1, 32, 32, 3, [.. picture.Pixels.Select((p, i) => (byte)Math.Clamp(p + i % 2, 0, 255))]);
        var made = await server.MakeAsync(
            ("1.png", PngFile.Encode(picture)), ("2.png", PngFile.Encode(picture, new Dictionary<string, string>
            { ["comment"] = "other bytes" })), ("3.png", PngFile.Encode(nearly)), ("4.png", PngFile.Encode(other)));
        Assert.Equal("""{"groups":1,"extra":1}""", made["report"]!["exact"]!.ToJsonString());
        Assert.Equal("""{"groups":1,"extra":2}""", made["report"]!["similar"]!.ToJsonString());
        Assert.Equal([0, 1], (await PicturesAsync(made, "?duplicates=exact"))["pictures"]!.AsArray().Select(p => (int)p!["number"]!));
        var edited = await server.EditAsync((string)made["id"]!, """{"excludeDuplicates":"similar"}""");
        Assert.Equal(2, (int)edited["versions"]![1]!["count"]!);
    }

    [Fact]
    public async Task A_thumbnail_is_as_the_version_has_it_or_as_another_would()
    {
        var made = await server.MakeAsync(("1.png", TestPicture.Png(1, 48, 32)));
        var address = $"/api/v1/datasets/{made["id"]}/versions/1/pictures/0.webp";
        using var response = await server.Http.GetAsync(address, Ct);
        Assert.Equal("image/webp", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var shown = PictureFile.Decode(await response.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal((32, 32), (shown.Width, shown.Height));
        shown = PictureFile.Decode(await server.Http.GetByteArrayAsync($"{address}?size=8&channels=1&crop=squash", Ct));
        Assert.Equal(8, shown.Width);
        foreach (var (query, status) in new[] { ("?side=77", HttpStatusCode.BadRequest), ("?crop=x", HttpStatusCode.BadRequest),
            ("?size=100000", HttpStatusCode.BadRequest) })
        {
            using var bad = await server.Http.GetAsync(address + query, Ct);
            Assert.Equal(status, bad.StatusCode);
        }
        using var none = await server.Http.GetAsync(address.Replace("0.webp", "1.webp", StringComparison.Ordinal), Ct);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task Exif_orientation_is_honoured()
    {
        // Stored 32 wide and 16 high, its upper half white; orientation 6 turns it a quarter clockwise.
        var jpeg = File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings", "decoding", "half-white.jpg"));
        var made = await server.MakeAsync(("turned.jpg", jpeg));
        var picture = (await PicturesAsync(made, ""))["pictures"]![0]!;
        Assert.Equal((16, 32), ((int)picture["width"]!, (int)picture["height"]!));
        using var stored = Open(made["versions"]![0]!);
        var planar = new byte[stored.Width * stored.Width];
        stored.Read(0, planar);
        Assert.True(planar[stored.Width - 1] > 200 && planar[0] < 50, "the right side is white, the left black");
    }

    [Fact]
    public async Task A_draft_gathers_uploads_and_is_made_when_told()
    {
        var id = await server.CreateAsync(new JsonObject { ["name"] = "draft" });
        using (var early = await server.Http.PostAsync($"/api/v1/datasets/{id}/inspection", null, Ct))
            Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        await server.Tus.UploadAsync(TestPicture.Png(1), "x/1.png", id);
        var open = await server.Tus.BeginAsync(100, "x/2.png", id);
        Assert.Equal("uploading", (string)(await server.FindAsync(id))["status"]!);
        using (var early = await server.Http.PostAsync($"/api/v1/datasets/{id}/inspection", null, Ct))
            Assert.Contains("'x/2.png' is not complete", (string)(await early.ReadAsync())["detail"]!, StringComparison.Ordinal);
        using (await server.Tus.SendAsync(HttpMethod.Delete, open)) { }
        using (var start = await server.Http.PostAsync($"/api/v1/datasets/{id}/inspection", null, Ct))
            Assert.Equal(HttpStatusCode.Accepted, start.StatusCode);
        Assert.Equal("ready", (string)(await server.EndAsync(id))["status"]!);
        using var late = await server.Tus.CreateAsync(10, "late.png", id);
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
    }

    [Fact]
    public async Task A_deleted_data_set_leaves_nothing_and_one_with_the_same_pictures_keeps_them()
    {
        var used = await server.UsedAsync();
        var one = await server.MakeAsync(("1.png", TestPicture.Png(77)));
        var two = await server.MakeAsync(("1.png", TestPicture.Png(77)));
        Assert.Equal((string)one["versions"]![0]!["hash"]!, (string)two["versions"]![0]!["hash"]!);
        using (var delete = await server.Http.DeleteAsync($"/api/v1/datasets/{one["id"]}", Ct))
            Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        using (var stored = Open(two["versions"]![0]!)) Assert.Equal(1, stored.Count);
        using (var delete = await server.Http.DeleteAsync($"/api/v1/datasets/{two["id"]}", Ct))
            Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        Assert.False(File.Exists(PathOf(two["versions"]![0]!)));
        Assert.Equal(used, await server.UsedAsync());
    }

    [Fact]
    public async Task A_strangers_data_set_is_as_good_as_none()
    {
        var made = await server.MakeAsync(("1.png", TestPicture.Png(1)));
        var id = (string)made["id"]!;
        await server.ChangeRowsAsync((db, ct) => db.Set<DatasetRow>().Where(d => d.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Owner, "stranger"), ct));
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, ""), (HttpMethod.Patch, ""), (HttpMethod.Delete, ""), (HttpMethod.Post, "/inspection"),
            (HttpMethod.Delete, "/inspection"),
            (HttpMethod.Get, "/pictures"), (HttpMethod.Get, "/versions/1/pictures/0.webp"),
        })
        {
            using var request = new HttpRequestMessage(method, $"/api/v1/datasets/{id}{path}");
            if (method == HttpMethod.Patch) request.Content = new StringContent("""{"name":"mine"}""", Encoding.UTF8, "application/json");
            using var response = await server.Http.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
        using var upload = await server.Tus.CreateAsync(10, "x.png", id);
        Assert.Equal(HttpStatusCode.Conflict, upload.StatusCode);
    }

    [Fact]
    public async Task The_interface_is_described()
    {
        var paths = JsonNode.Parse(await server.Http.GetStringAsync("/openapi/v1.json", Ct))!["paths"]!;
        Assert.NotNull(paths["/api/v1/uploads/{id}"]!["patch"]);
        Assert.NotNull(paths["/api/v1/datasets/{id}"]!["patch"]);
    }

    private async Task<JsonNode> PicturesAsync(JsonNode dataset, string query)
        => JsonNode.Parse(await server.Http.GetStringAsync($"/api/v1/datasets/{dataset["id"]}/pictures{query}", Ct))!;

    private StoredDataset Open(JsonNode version) => StoredDataset.Open(PathOf(version));

    private string PathOf(JsonNode version) => Path.Combine(server.Data, "datasets", "versions", ((string)version["hash"]!)[..2],
        $"{version["hash"]}.safetensors");

    // Waves rather than noise: what a small change of brightness leaves alike.
    private static PictureBatch Smooth(int seed)
    {
        var random = new Random(seed);
        var (u, v, phase) = (random.NextDouble() * 6, random.NextDouble() * 6, random.NextDouble() * 6);
        return new PictureBatch(1, 32, 32, 3,
            [.. Enumerable.Range(0, 32 * 32 * 3)
                .Select(i => (byte)(127 + 120 * Math.Sin(phase + u * (i / 3 % 32) / 32 + v * (i / 96) / 32 + i % 3)))]);
    }
}
