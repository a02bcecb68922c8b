using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Imaging;
using Playground.Core.Tests;
using Playground.Server.Models;
using static TorchSharp.torch;

namespace Playground.Server.Tests;

[Collection(Servers.Plain)]
public sealed class ModelsImportTests : IDisposable
{
    private sealed class SmallServer : ServerProcess
    {
        protected override IReadOnlyDictionary<string, string> Settings
            => new Dictionary<string, string> { ["Playground__MaxModelBytes"] = "50000" };
    }

    private const string Weights = "unet/diffusion_pytorch_model.safetensors", Config = "unet/config.json",
        Scheduler = "scheduler/scheduler_config.json";
    private readonly ServerProcess _server;
    private readonly HttpClient _http;

    public ModelsImportTests(ServerProcess server)
    {
        _server = server;
        _http = new HttpClient { BaseAddress = server.Address };
    }

    public void Dispose() => _http.Dispose();

    private static Dictionary<string, byte[]> Tiny(string prefix = "")
    {
        using var model = new TinyModel();
        return ModelZip.FilesOf(model.Folder, prefix);
    }

    private static Dictionary<string, byte[]> Recorded(string name, string prefix = "")
        => ModelZip.FilesOf(Path.Combine(Repository.Root, "tests", "Core.Tests", "Recordings", name), prefix)
            .Where(f => !f.Key.Contains("/io.", StringComparison.Ordinal)).ToDictionary();

    private string FileOf(string model, string path) => Path.Combine(_server.Models, model, path);

    private void AssertNothingWasKept() => Assert.Empty(Directory.GetDirectories(Path.Combine(_server.Models, ".incoming")));

    [Fact]
    public async Task What_is_exported_comes_in_again_with_the_same_weights_and_makes_the_same_pictures()
    {
        var response = await _http.GetAsync("/api/v1/models/tiny/export", TestContext.Current.CancellationToken);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("tiny.zip", response.Content.Headers.ContentDisposition.FileNameStar);
        var zip = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            ["tiny/model_index.json", "tiny/playground.json", "tiny/scheduler/scheduler_config.json", "tiny/unet/config.json",
                "tiny/unet/diffusion_pytorch_model.safetensors"],
            ModelZip.Unpack(zip).Keys.Order(StringComparer.Ordinal));

        var name = await _http.ImportAsync(zip).ImportedAsync();
        Assert.StartsWith("tiny-", name, StringComparison.Ordinal);
        Assert.Equal((string?)(await _http.ModelAsync("tiny"))["model"]!["hash"],
            (string?)(await _http.ModelAsync(name))["model"]!["hash"]);
        foreach (var file in new[] { Weights, Config, Scheduler, "model_index.json", "playground.json" })
            Assert.Equal(File.ReadAllBytes(FileOf("tiny", file)), File.ReadAllBytes(FileOf(name, file)));
        Assert.Equal((await SampleAsync("tiny")).Pixels, (await SampleAsync(name)).Pixels);
    }

    [Theory]
    [InlineData("unet-small-b", "folder/in/folder/")]
    [InlineData("unet-small-a", "")]
    public async Task What_diffusers_saved_comes_in_and_makes_pictures(string recording, string prefix)
    {
        var files = Recorded(recording, prefix);
        var name = await _http.ImportAsync(ModelZip.Pack(files), $"?file=From%20diffusers%20({recording}).zip").ImportedAsync();
        Assert.Equal(files[prefix + Weights], File.ReadAllBytes(FileOf(name, Weights)));
        Assert.Equal(prefix == "" ? $"From-diffusers-{recording}" : "folder", name);
        await SampleAsync(name);
    }

    [Fact]
    public async Task A_folder_with_the_network_at_its_root_is_put_in_order()
    {
        var files = Tiny().ToDictionary(f => "x/" + f.Key.Replace("unet/", "", StringComparison.Ordinal)
            .Replace("scheduler/", "", StringComparison.Ordinal), f => f.Value);
        var name = await _http.ImportAsync(ModelZip.Pack(files), "?name=flat").ImportedAsync();
        Assert.Equal("flat", name);
        Assert.True(File.Exists(FileOf("flat", Weights)) && File.Exists(FileOf("flat", Scheduler)));
        await SampleAsync(name);
    }

    [Fact]
    public async Task A_browser_sends_a_folder_as_a_form_and_only_names_what_is_not_needed()
    {
        using var form = new MultipartFormDataContent();
        foreach (var (path, content) in Tiny("my model/")) form.Add(new ByteArrayContent(content), "file", path);
        form.Add(new StringContent("my model/unet/diffusion_pytorch_model.bin"), "absent");
        form.Add(new StringContent("my model/.gitattributes"), "absent");
        var response = await _http.ImportAsync(form);
        var imported = await response.ReadAsync();
        Assert.Equal("my-model", (string?)imported["model"]!["name"]);
        Assert.Equal("/api/v1/models/my-model", response.Headers.Location!.ToString());
        Assert.Equal(["my model/unet/diffusion_pytorch_model.bin: pickled, so it was not read"],
            imported["leftOut"]!.AsArray().Select(l => (string)l!));
    }

    [Fact]
    public async Task A_zip_in_a_form_is_a_zip()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(ModelZip.Pack(Tiny())), "file", "in-a-form.zip" } };
        Assert.Equal("in-a-form", await _http.ImportAsync(form).ImportedAsync());
    }

    [Fact]
    public async Task Complete_uploads_become_a_model_and_are_gone_afterwards()
    {
        var ids = new List<string>();
        foreach (var (path, content) in Tiny("uploaded/")) ids.Add(await UploadAsync(path, content));
        var half = await UploadAsync("half.zip", [1, 2, 3], length: 10);
        foreach (var (id, expected) in new[] { (half, "3 of 10 bytes are there"),
            ("../../etc/passwd", "There is no upload '../../etc/passwd'") })
            Assert.Contains(expected, (await FromUploadsAsync(id).RefusalAsync()).Detail, StringComparison.Ordinal);
        Assert.Equal("uploaded", await FromUploadsAsync([.. ids]).ImportedAsync());
        Assert.Equal(HttpStatusCode.NotFound,
            (await _http.GetAsync($"/api/v1/uploads/{ids[0]}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Contains("uploads must name 1 to", (await FromUploadsAsync().RefusalAsync()).Detail, StringComparison.Ordinal);
        var unknown = _http.ImportAsync(JsonContent.Create(new { uploads = ids, title = "mine" }));
        Assert.Contains("There is no field 'title'", (await unknown.RefusalAsync()).Detail, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> FromUploadsAsync(params string[] ids)
        => _http.ImportAsync(JsonContent.Create(new { uploads = ids }));

    private async Task<string> UploadAsync(string path, byte[] content, long? length = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads")
        {
            Content = new ByteArrayContent(content) { Headers = { { "Content-Type", "application/offset+octet-stream" } } },
            Headers = { { "Tus-Resumable", "1.0.0" }, { "Upload-Length", $"{length ?? content.Length}" },
                { "Upload-Metadata", $"relativePath {Convert.ToBase64String(Encoding.UTF8.GetBytes(path))}" } },
        };
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return response.Headers.Location!.ToString().Split('/')[^1];
    }

    [Fact]
    public async Task Weights_of_another_shape_are_all_listed()
    {
        var files = Tiny();
        files[Weights] = Rewritten(files[Weights], t =>
        {
            t.Remove("conv_in.bias");
            t["ghost"] = zeros(1);
            t["conv_out.bias"] = zeros(7);
        });
        var (status, detail) = await _http.ImportAsync(ModelZip.Pack(files)).RefusalAsync();
        Assert.Equal(HttpStatusCode.BadRequest, status);
        foreach (var fault in new[] { "missing conv_in.bias", "extra ghost", "conv_out.bias is [7], not [1]" })
            Assert.Contains(fault, detail, StringComparison.Ordinal);
        AssertNothingWasKept();
    }

    [Fact]
    public async Task Weights_that_are_not_numbers_are_refused_by_name()
    {
        var files = Tiny();
        files[Weights] = Rewritten(files[Weights], t => t["conv_out.bias"] = full([1], double.NaN));
        Assert.Contains("tensor 'conv_out.bias' holds NaN", (await _http.ImportAsync(ModelZip.Pack(files)).RefusalAsync()).Detail,
            StringComparison.Ordinal);
        AssertNothingWasKept();
    }

    [Fact]
    public async Task A_configuration_that_asks_for_more_memory_than_there_is_builds_nothing()
    {
        var files = Tiny();
        files[Config] = Changed(files[Config], "block_out_channels", "[4096, 4096]");
        files[Config] = Changed(files[Config], "layers_per_block", "16");
        var began = Stopwatch.GetTimestamp();
        var (_, detail) = await _http.ImportAsync(ModelZip.Pack(files)).RefusalAsync();
        Assert.Contains("describes a network of more than", detail, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 20);
    }

    [Theory]
    [InlineData("unet/diffusion_pytorch_model.bin", "'unet/diffusion_pytorch_model.bin' is pickled: reading it would run")]
    [InlineData("unet/model.ckpt", "safe_serialization=True")]
    [InlineData("unet/diffusion_pytorch_model.safetensors.index.json", "split into several files")]
    [InlineData("unet/model.safetensors", "call it 'unet/diffusion_pytorch_model.safetensors'")]
    [InlineData("elsewhere/readme.txt", "'unet/diffusion_pytorch_model.safetensors' is missing")]
    public async Task Weights_in_another_form_are_refused_with_what_to_do(string path, string expected)
    {
        var files = Tiny();
        files[path] = files[Weights];
        files.Remove(Weights);
        Assert.Contains(expected, (await _http.ImportAsync(ModelZip.Pack(files)).RefusalAsync()).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pickled_file_alone_is_refused_unread()
    {
        var (status, detail) = await _http.ImportAsync(Encoding.ASCII.GetBytes("cos\nsystem\n(S'touch /tmp/owned'\ntR."),
            "?file=model.ckpt").RefusalAsync();
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("'model.ckpt' is pickled", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Scheduler, "'scheduler/scheduler_config.json' is missing")]
    [InlineData(Config, "'unet/config.json' is missing")]
    public async Task A_missing_part_is_named(string path, string expected)
    {
        var files = Tiny();
        files.Remove(path);
        Assert.Contains(expected, (await _http.ImportAsync(ModelZip.Pack(files)).RefusalAsync()).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Config, "_class_name", "\"UNet2DConditionModel\"", "_class_name = UNet2DConditionModel; it must be UNet2DModel")]
    [InlineData("model_index.json", "unet", "[\"diffusers\", \"UNet2DConditionModel\"]", "the network is a UNet2DConditionModel")]
    [InlineData(Config, "in_channels", "2", "in_channels = 2 and out_channels = 1; they must be equal. The network takes a second image")]
    [InlineData(Config, "class_embed_type", "\"identity\"", "class_embed_type = identity; it must be null")]
    [InlineData(Config, "time_embedding_type", "\"fourier\"", "time_embedding_type = fourier; it must be positional or learned")]
    [InlineData(Config, "sample_size", "null", "write it into config.json")]
    [InlineData("model_index.json", "vae", "[\"diffusers\", \"AutoencoderKL\"]", "names vae beside unet and scheduler")]
    [InlineData(Scheduler, "num_train_timesteps", "2000000000", "num_train_timesteps is 2000000000")]
    [InlineData(Scheduler, "num_train_timesteps", "\"many\"", "'scheduler/scheduler_config.json' cannot be read")]
    [InlineData("playground.json", "classes", "9", "playground.json says 9 classes")]
    [InlineData("playground.json", "lineage", "{\"parent_hash\": \"../../etc\"}", "hashes 10 to 64 hexadecimal digits")]
    [InlineData("playground.json", "training", "{\"steps\": null}", "each a text")]
    public async Task A_part_that_is_not_sound_is_named_with_what_is_allowed(string path, string key, string value, string expected)
    {
        var files = Tiny();
        files[path] = Changed(files[path], key, value);
        var (status, detail) = await _http.ImportAsync(ModelZip.Pack(files)).RefusalAsync();
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, detail, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Models, detail, StringComparison.Ordinal);
        AssertNothingWasKept();
    }

    [Theory]
    [InlineData("m.tar", "is a tar archive: unpack it, then pack the files as zip")]
    [InlineData("m.7z", "is a 7z archive: unpack it, then pack the files as zip")]
    [InlineData("m.ckpt", "'archive/data.pkl' is pickled: reading it would run whatever code is in it")]
    [InlineData("sd.safetensors", "'sd.safetensors' is not Stable Diffusion in one file")]
    [InlineData("page.zip", "is not a zip archive: it is an HTML page")]
    public async Task One_file_that_is_no_model_is_told_for_what_it_is(string name, string expected)
    {
        byte[] bytes = Path.GetExtension(name) switch
        {
            ".tar" => [.. new byte[257], .. "ustar\0"u8, .. new byte[249]],
            ".7z" => [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, 0],
            ".ckpt" => new ZipForge().Add("archive/data.pkl", [0x80, 2]).ToArray(),
            ".zip" => "<!DOCTYPE html><html>"u8.ToArray(),
            _ => Tiny()[Weights],
        };
        using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), "file", name } };
        var detail = (await _http.ImportAsync(form).RefusalAsync()).Detail;
        Assert.Contains(expected, detail, StringComparison.Ordinal);
        AssertNothingWasKept();
    }

    [Fact]
    public async Task Two_models_at_once_are_refused()
    {
        var files = Tiny("a/").Concat(Tiny("b/"));
        Assert.Contains("Several models came at once: 'a', 'b'", (await _http.ImportAsync(ModelZip.Pack(files)).RefusalAsync()).Detail,
            StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "traversal", "leads out of the archive by '..'" },
        { "absolute", "its path is absolute" },
        { "backslashes", "leads out of the archive by '..'" },
        { "symlink", "it is a symbolic link" },
        { "encrypted", "it is encrypted" },
        { "overlapping", "share bytes" },
        { "bomb", "swells to more than" },
        { "huge manifest", "'playground.json' has more than 1,048,576 bytes" },
        { "lying size", "is larger than the 10 bytes" },
        { "damaged", "is damaged" },
        { "too many", "more than 10,000 entries" },
        { "cut off", "cut off or damaged" },
        { "not a zip", "is not a zip archive" },
        { "twice", "came twice" },
        { "empty", "There is no model" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_zip_that_is_built_to_do_harm_is_refused_and_nothing_is_kept(string kind, string expected)
    {
        var before = Directory.GetFileSystemEntries(Path.GetDirectoryName(_server.Models)!, "*", SearchOption.AllDirectories).Length;
        var (status, detail) = await _http.ImportAsync(HostileZip(kind)).RefusalAsync();
        Assert.Equal(kind == "huge manifest" ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, detail, StringComparison.Ordinal);
        AssertNothingWasKept();
        Assert.InRange(Directory.GetFileSystemEntries(Path.GetDirectoryName(_server.Models)!, "*", SearchOption.AllDirectories).Length, 0,
            before + 1);
    }

    private static byte[] HostileZip(string kind)
    {
        var files = Tiny();
        switch (kind)
        {
            case "traversal":
                files["../../evil.txt"] = [1];
                return ModelZip.Pack(files);
            case "absolute":
                files["/etc/evil"] = [1];
                return ModelZip.Pack(files);
            case "backslashes":
                files[@"unet\..\..\..\evil.txt"] = [1];
                return ModelZip.Pack(files);
            case "symlink":
                files["unet/link"] = "/etc/passwd"u8.ToArray();
                return ModelZip.Pack(files, e => e.ExternalAttributes = e.FullName == "unet/link" ? unchecked((int)0xA1FF0000) : 0);
            case "encrypted":
                return ModelZip.Patch(ModelZip.Pack(files), Config, 8, 1, isShort: true);
            case "overlapping":
                return ModelZip.Patch(ModelZip.Pack(files), Scheduler, 42, 0);
            case "bomb":
                files[Weights] = new byte[64 << 20];
                return ModelZip.Pack(files);
            case "huge manifest":
                files["playground.json"] = new byte[2 << 20];
                Random.Shared.NextBytes(files["playground.json"]);
                return ModelZip.Pack(files);
            case "lying size":
                return ModelZip.Patch(ModelZip.Pack(files), Config, 24, 10);
            case "damaged":
                return ModelZip.Patch(ModelZip.Pack(files), Weights, 16, 12345);
            case "too many":
                return ModelZip.Pack(files.Concat(
                    Enumerable.Range(0, 10_001).Select(i => KeyValuePair.Create($"{i}.txt", Array.Empty<byte>()))));
            case "cut off":
                return ModelZip.Pack(files)[..^100];
            case "twice":
                return ModelZip.Pack(files.Concat(files));
            case "empty":
                return ModelZip.Pack([]);
            default:
                return "<html>"u8.ToArray();
        }
    }

    [Theory]
    [InlineData("../evil", "such as 'evil'")]
    [InlineData(".hidden", "such as 'hidden'")]
    [InlineData("a/b", "such as 'a-b'")]
    [InlineData("", "1 to 64 letters")]
    [InlineData("tiny", "The name 'tiny' is taken")]
    [InlineData("TINY", "The name 'TINY' is taken")]
    public async Task A_name_that_cannot_be_used_is_refused_before_anything_is_read(string name, string expected)
    {
        var (status, detail) = await _http.ImportAsync([1, 2, 3], $"?name={Uri.EscapeDataString(name)}").RefusalAsync();
        Assert.Equal(expected.Contains("taken", StringComparison.Ordinal) ? HttpStatusCode.Conflict : HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_imports_of_one_name_at_once_one_is_taken()
    {
        var zip = ModelZip.Pack(Tiny());
        var both = await Task.WhenAll(_http.ImportAsync(zip, "?name=twin"), _http.ImportAsync(zip, "?name=twin"));
        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict], both.Select(r => r.StatusCode).Order());
        Assert.Contains("twin", await _http.ModelNamesAsync());
        AssertNothingWasKept();
    }

    [Fact]
    public async Task Two_imports_without_a_name_at_once_both_find_a_place()
    {
        var zip = ModelZip.Pack(Tiny("pair/"));
        var names = await Task.WhenAll(_http.ImportAsync(zip).ImportedAsync(), _http.ImportAsync(zip).ImportedAsync());
        Assert.Equal(["pair", "pair-2"], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_import()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(ModelZip.Pack(Tiny())), "file", "foreign.zip" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/models")
        { Content = form, Headers = { { "Origin", "https://elsewhere.example" } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await _http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
        Assert.DoesNotContain("foreign", await _http.ModelNamesAsync());
    }

    [Fact]
    public async Task A_model_beyond_the_limit_is_refused_packed_or_unpacked()
    {
        await using var server = new SmallServer();
        await server.InitializeAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var (status, detail) = await http.ImportAsync(new byte[60_000]).RefusalAsync();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("more than 50,000 bytes", detail, StringComparison.Ordinal);

        // Without a length in its header.
        using var unknown = new HttpRequestMessage(HttpMethod.Post, "/api/v1/models")
        { Content = new ByteArrayContent(new byte[60_000]), Headers = { TransferEncodingChunked = true } };
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge,
            (await http.SendAsync(unknown, TestContext.Current.CancellationToken)).StatusCode);

        var files = Tiny();
        Assert.True(files[Weights].Length > 50_000);
        files[Weights].AsSpan(20_000).Clear();
        var zip = ModelZip.Pack(files);
        Assert.True(zip.Length < 50_000);
        (status, detail) = await http.ImportAsync(zip).RefusalAsync();
        Assert.Contains("50,000 bytes", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_is_none_is_left_out_and_the_model_comes_in()
    {
        var files = Tiny();
        files["samples.png"] = "<svg onload='alert(1)'/>"u8.ToArray();
        var imported = await (await _http.ImportAsync(ModelZip.Pack(files), "?name=no-picture")).ReadAsync();
        Assert.Contains("samples.png: it is not a PNG file", (string?)imported["leftOut"]![0], StringComparison.Ordinal);
        Assert.Null(imported["model"]!["samples"]);
        Assert.Equal(HttpStatusCode.NotFound,
            (await _http.GetAsync("/api/v1/models/no-picture/samples.png", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Images_beside_a_card_come_in_are_shown_and_go_out_again()
    {
        var picture = PngFile.Encode(new PictureBatch(1, 2, 2, 3, new byte[12]), new Dictionary<string, string>());
        var files = Tiny();
        files["README.md"] = "![two curves](curves.png) ![none](none.png) ![far](deep/far.png)"u8.ToArray();
        foreach (var name in new[] { "curves.png", "deep/far.png", "-odd.png" }) files[name] = picture;
        var more = new byte[ModelImages.MostBytes];
        new Random(1).NextBytes(more);
        files["large.png"] = [.. picture, .. more];
        var imported = await (await _http.ImportAsync(ModelZip.Pack(files), "?name=pictured")).ReadAsync();
        Assert.Equal(["-odd.png: not a part of the model", "deep/far.png: not a part of the model",
            $"large.png: it has {ModelImages.MostBytes + picture.Length:N0} bytes; an image of a card has at most 8,388,608"],
            imported["leftOut"]!.AsArray().Select(l => (string?)l));
        Assert.Contains("<img src=\"/api/v1/models/pictured/curves.png\" alt=\"two curves\" /> none far",
            (string?)(await _http.ModelAsync("pictured"))["card"], StringComparison.Ordinal);
        Assert.Equal(picture, await _http.GetByteArrayAsync("/api/v1/models/pictured/curves.png", TestContext.Current.CancellationToken));
        foreach (var path in new[] { "large.png", "deep%2Ffar.png", "..%2Fmnist%2Fsamples.png", "-odd.png" })
            Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"/api/v1/models/pictured/{path}",
                TestContext.Current.CancellationToken)).StatusCode);
        var zip = await _http.GetByteArrayAsync("/api/v1/models/pictured/export", TestContext.Current.CancellationToken);
        var again = await _http.ImportAsync(zip).ImportedAsync();
        Assert.Equal(picture, await _http.GetByteArrayAsync($"/api/v1/models/{again}/curves.png", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_imported_model_is_never_one_of_the_programs_own()
    {
        var zip = await _http.GetByteArrayAsync("/api/v1/models/mnist/export", TestContext.Current.CancellationToken);
        var name = await _http.ImportAsync(zip).ImportedAsync();
        Assert.True((bool)(await _http.ModelAsync("mnist"))["model"]!["shipped"]!);
        Assert.False((bool)(await _http.ModelAsync(name))["model"]!["shipped"]!);
        Assert.Equal(await _http.GetByteArrayAsync("/api/v1/models/mnist/samples.png", TestContext.Current.CancellationToken),
            await _http.GetByteArrayAsync($"/api/v1/models/{name}/samples.png", TestContext.Current.CancellationToken));
    }

    private async Task<PictureBatch> SampleAsync(string model)
    {
        var id = await _http.StartAsync($$"""{"model":"{{model}}","steps":3,"count":1,"seed":5}""");
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        var job = (await hub.ReadStreamAsync()).Items[^1]["job"]!;
        Assert.True((string?)job["status"] == "succeeded", (string?)job["error"]);
        return PictureFile.Decode(await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/0.png", TestContext.Current.CancellationToken));
    }

    private static byte[] Changed(byte[] file, string key, string value)
    {
        var json = JsonNode.Parse(file)!;
        json[key] = JsonNode.Parse(value);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static byte[] Rewritten(byte[] file, Action<Dictionary<string, Tensor>> change)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            using var scope = NewDisposeScope();
            var tensors = SafetensorsFile.Read(path).ToDictionary();
            change(tensors);
            SafetensorsFile.Write(path, tensors);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
