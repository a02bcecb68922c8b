using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Playground.Client.Contracts;
using Playground.Core.Tests;
using Playground.Server.Tests.Datasets;

namespace Playground.Server.Tests;

/// <summary>
/// Inputs that people reported as failing, over HTTP: each is read, or refused in a sentence that says what it is and what to do. Those of
/// the command line are among its tests.
/// </summary>
[Collection(Servers.Datasets)]
public sealed class ReportedCasesTests(DatasetServer server)
{
    private static readonly string s_cases = Path.GetFullPath(Path.Combine(Repository.Root, "../shared/cases"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_field_that_is_not_known_is_named()
    {
        using var body = new StringContent(await File.ReadAllTextAsync(At("api-unknown-fields/body.json"), Ct),
            new MediaTypeHeaderValue("application/json"));
        var (status, detail) = await server.Http.PostAsync("/api/v1/samples", body, Ct).RefusalAsync();
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("There is no field 'cfg_scale'", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("captions-cp1252", "'a.txt' was read as Windows-1252", "a red café – “nice”")]
    [InlineData("captions-extension", null, "a cat")]
    [InlineData("captions-metadata-keys", null, "a cat", "a dog")]
    public async Task Captions_are_read_or_their_encoding_is_said(string name, string? note, params string[] captions)
    {
        var made = await server.MakeAsync(("data.zip", ModelZip.Pack(ModelZip.FilesOf(At(name + "/data")))));
        Assert.Equal("ready", (string)made["status"]!);
        var said = made["report"]!["notes"]!.AsArray().SingleOrDefault(n => (string)n!["code"]! == ImportNote.GuessedEncoding)?["text"];
        if (note is null) Assert.Null(said);
        else Assert.Contains(note, (string)said!, StringComparison.Ordinal);
        var images = JsonNode.Parse(await server.Http.GetStringAsync($"/api/v1/datasets/{made["id"]}/pictures", Ct))!;
        Assert.Equal(captions, images["pictures"]!.AsArray().Select(p => (string)p!["caption"]!));
    }

    [Theory]
    [InlineData("cifar-python/cifar-10-python.tar.gz", "CIFAR's Python version, which is pickled: take the binary version")]
    [InlineData("dataset-npz/pathmnist.npz", "it is a NumPy array (.npy): save its images as PNG files")]
    public async Task Data_of_another_kind_is_named_with_the_way_to_hand_it_over(string file, string sentence)
    {
        var made = await server.MakeAsync((Path.GetFileName(file), await File.ReadAllBytesAsync(At(file), Ct)));
        Assert.Equal("failed", (string)made["status"]!);
        Assert.Contains(sentence, (string)made["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_names_of_one_archive_are_decoded_alike()
    {
        var made = await server.MakeAsync(("pets.zip", await File.ReadAllBytesAsync(At("zip-mixed-encoding/pets.zip"), Ct)));
        Assert.Equal(["├¿", "╣╖"], made["report"]!["classes"]!.AsArray().Select(c => (string)c!["name"]!).Order(StringComparer.Ordinal));
        Assert.Contains("read as code page 437", (string)made["report"]!["notes"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/offset+octet-stream; charset=utf-8")]
    [InlineData("APPLICATION/OFFSET+OCTET-STREAM")]
    public async Task A_media_type_has_parameters_and_no_case(string type)
    {
        var upload = await server.Tus.BeginAsync(3);
        using var request = new HttpRequestMessage(HttpMethod.Patch, upload) { Content = new ByteArrayContent([1, 2, 3]) };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Offset", "0");
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await server.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Theory]
    [InlineData("model-4-channels", "in_channels = 4; it must be 1 (gray) or 3 (color)")]
    [InlineData("model-6in-3out", "in_channels = 6 and out_channels = 3; they must be equal")]
    [InlineData("model-ldm-index", "names vqvae beside unet and scheduler")]
    [InlineData("model-lfs-pointer", "is a Git LFS pointer, not the file itself: run 'git lfs pull'")]
    [InlineData("model-sd-folder", "A Stable Diffusion folder has unet/, vae/, text_encoder/, tokenizer/ and scheduler/")]
    [InlineData("model-size-null", "write it into config.json, such as \"sample_size\": 32")]
    public async Task A_model_that_cannot_be_sampled_is_not_imported(string name, string sentence)
    {
        var (status, detail) = await server.Http.ImportAsync(ModelZip.Pack(FilesOf(name)), $"?name={name}").RefusalAsync();
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(sentence, detail, StringComparison.Ordinal);
        Assert.DoesNotContain(name, await server.Http.ModelNamesAsync());
    }

    [Fact]
    public async Task Weights_of_a_compiled_model_are_imported()
        => Assert.Equal("compiled", await server.Http.ImportAsync(ModelZip.Pack(FilesOf("model-orig-mod")), "?name=compiled")
            .ImportedAsync());

    [Fact]
    public async Task An_archive_that_is_no_zip_is_named()
    {
        var (_, detail) = await server.Http.ImportAsync(await File.ReadAllBytesAsync(At("model-tar/m.tar.gz"), Ct)).RefusalAsync();
        Assert.Contains("unpack it, then pack the files as zip", detail, StringComparison.Ordinal);
    }

    private static IEnumerable<KeyValuePair<string, byte[]>> FilesOf(string name)
        => ModelZip.FilesOf(At(name), name + "/").Where(f => !f.Key.EndsWith("/README", StringComparison.Ordinal));

    private static string At(string path)
    {
        Assert.SkipUnless(Directory.Exists(s_cases), $"The reported cases are not at '{s_cases}'.");
        return Path.Combine(s_cases, path);
    }
}
