using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Tests;

namespace Playground.Server.Tests;

[Collection(Servers.Plain)]
public sealed class ModelsTests : IDisposable
{
    private readonly ServerProcess _server;
    private readonly HttpClient _http;

    public ModelsTests(ServerProcess server)
    {
        _server = server;
        _http = new HttpClient { BaseAddress = server.Address };
    }

    public void Dispose() => _http.Dispose();

    // A model of its own for a test, with the weights of tiny or fresh ones.
    private async Task<string> InstallAsync(string name, string? manifest = null, bool fresh = false)
    {
        using var model = new TinyModel();
        var files = ModelZip.FilesOf(fresh ? model.Folder : Path.Combine(_server.Models, "tiny"));
        if (manifest is not null) files["playground.json"] = Encoding.UTF8.GetBytes(manifest);
        return await _http.ImportAsync(ModelZip.Pack(files), $"?name={name}").ImportedAsync();
    }

    [Fact]
    public async Task The_list_says_of_each_model_what_it_is_and_what_it_takes()
    {
        var list = JsonNode.Parse(await _http.GetStringAsync("/api/v1/models", TestContext.Current.CancellationToken))!.AsArray();
        var mnist = list.First(m => (string?)m!["name"] == "mnist")!;
        Assert.Equal(2_736_353, (long)mnist["parameters"]!);
        Assert.Equal(Directory.GetFiles(Path.Combine(_server.Models, "mnist"), "*", SearchOption.AllDirectories)
            .Sum(f => new FileInfo(f).Length), (long)mnist["bytes"]!);
        Assert.Equal("/api/v1/models/mnist/samples.png", (string?)mnist["samples"]);
        Assert.True((bool)mnist["shipped"]!);
        Assert.Null(list.First(m => (string?)m!["name"] == "tiny")!["samples"]);
    }

    [Fact]
    public async Task A_models_page_has_its_network_its_files_its_card_and_its_training()
    {
        var mnist = await _http.ModelAsync("mnist");
        Assert.Equal(("epsilon", "linear", 1000), ((string?)mnist["architecture"]!["predictionType"],
            (string?)mnist["architecture"]!["betaSchedule"], (int)mnist["architecture"]!["timesteps"]!));
        Assert.Contains("unet/diffusion_pytorch_model.safetensors", mnist["files"]!.AsArray().Select(f => (string?)f!["path"]));
        Assert.Contains("<img src=\"/api/v1/models/mnist/samples.png\"", (string?)mnist["card"], StringComparison.Ordinal);
        Assert.Equal("5899", (string?)mnist["training"]!["steps"]);
        var (status, detail) = await _http.GetAsync("/api/v1/models/..%2Fmnist", TestContext.Current.CancellationToken).RefusalAsync();
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("There is no model", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renamed_model_samples_by_its_new_name_only()
    {
        var name = await InstallAsync("before");
        await EndAsync(await _http.StartAsync("""{"model":"before","steps":1,"count":1}"""));
        Assert.Equal(HttpStatusCode.OK, (await _http.RenameAsync(name, "after.2")).StatusCode);
        Assert.Equal("succeeded", await EndAsync(await _http.StartAsync("""{"model":"after.2","steps":1,"count":1}""")));
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.SampleAsync("""{"model":"before"}""")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.RenameAsync("before", "again").RefusalAsync()).Status);
    }

    [Theory]
    [InlineData("mnist", HttpStatusCode.Conflict, "is taken")]
    [InlineData("../up", HttpStatusCode.BadRequest, "cannot be a model's name")]
    [InlineData("", HttpStatusCode.BadRequest, "cannot be a model's name")]
    [InlineData("x/y", HttpStatusCode.BadRequest, "such as 'x-y'")]
    public async Task A_name_that_is_taken_or_no_name_is_refused(string name, HttpStatusCode expected, string sentence)
    {
        var (status, detail) = await _http.RenameAsync("tiny", name).RefusalAsync();
        Assert.Equal(expected, status);
        Assert.Contains(sentence, detail, StringComparison.Ordinal);
        Assert.Contains("tiny", await _http.ModelNamesAsync());
    }

    [Fact]
    public async Task The_programs_own_model_goes_only_by_its_name()
    {
        foreach (var call in new[] { () => _http.RenameAsync("mnist", "digits"), () => _http.DeleteModelAsync("mnist"),
            () => _http.DeleteModelAsync("mnist", "?force=true&confirm=tiny") })
        {
            var (status, detail) = await call().RefusalAsync();
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains("came with the program", detail, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.OK, (await _http.RenameAsync("mnist", "digits", confirm: "mnist")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _http.RenameAsync("digits", "mnist", confirm: "digits")).StatusCode);
    }

    [Fact]
    public async Task A_model_is_not_deleted_while_a_job_waits_for_it_or_runs_with_it()
    {
        await InstallAsync("busy");
        var running = await _http.StartAsync("""{"model":"tiny","sampler":"ddpm","steps":1000,"count":64}""");
        var waiting = await _http.StartAsync("""{"model":"busy","sampler":"ddpm","steps":1000,"count":64}""");
        foreach (var call in new[] { () => _http.DeleteModelAsync("busy", "?force=true"), () => _http.RenameAsync("busy", "idle") })
        {
            var (status, detail) = await call().RefusalAsync();
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains(waiting, detail, StringComparison.Ordinal);
        }
        Assert.Equal(waiting, (string?)(await _http.ModelAsync("busy"))["jobs"]![0]!["id"]);
        foreach (var id in new[] { running, waiting }) await _http.DeleteAsync($"/api/v1/jobs/{id}", TestContext.Current.CancellationToken);
        await EndAsync(waiting);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteModelAsync("busy")).StatusCode);
        Assert.False(Directory.Exists(Path.Combine(_server.Models, "busy")));
        Assert.Contains("'busy' is not installed", (await _http.SampleAsync("""{"model":"busy"}""").RefusalAsync()).Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loaded_model_is_deleted_and_another_of_its_name_makes_other_pictures()
    {
        await InstallAsync("swap");
        var first = await PictureAsync("swap");
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteModelAsync("swap")).StatusCode);
        await InstallAsync("swap", fresh: true);
        Assert.NotEqual(first, await PictureAsync("swap"));
    }

    [Fact]
    public async Task Lineage_is_found_by_hash_whatever_the_models_are_called_and_a_parent_goes_by_force_only()
    {
        var parent = await InstallAsync("ancestor", fresh: true);
        var hash = (string?)(await _http.ModelAsync(parent))["model"]!["hash"];
        var child = await InstallAsync("offspring",
            $$$"""
            {"classes":3,"training":{"steps":"5"},"lineage":{"parent":"ancestor","parent_hash":"{{{hash}}}",
             "dataset":"cats","dataset_version":2,"dataset_hash":"0123456789abcdef"}}
            """, fresh: true);
        Assert.Equal(HttpStatusCode.OK, (await _http.RenameAsync(parent, "forebear")).StatusCode);

        var detail = await _http.ModelAsync(child);
        Assert.Equal(("forebear", true), ((string?)detail["parents"]![0]!["name"], (bool)detail["parents"]![0]!["installed"]!));
        Assert.Equal(("cats", 2), ((string?)detail["dataset"]!["name"], (int)detail["dataset"]!["version"]!));
        Assert.Equal("offspring", (string?)(await _http.ModelAsync("forebear"))["children"]![0]!["name"]);

        var (status, sentence) = await _http.DeleteModelAsync("forebear").RefusalAsync();
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("'offspring' came from 'forebear'", sentence, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteModelAsync("forebear", "?force=true")).StatusCode);
        detail = await _http.ModelAsync(child);
        Assert.Equal(("ancestor", false), ((string?)detail["parents"]![0]!["name"], (bool)detail["parents"]![0]!["installed"]!));
    }

    [Fact]
    public async Task A_parent_of_which_there_is_a_copy_goes_without_force()
    {
        var hash = (string?)(await _http.ModelAsync("tiny"))["model"]!["hash"];
        await InstallAsync("copy-of-tiny");
        await InstallAsync("child-of-both", $$$"""{"classes":3,"lineage":{"parent":"tiny","parent_hash":"{{{hash}}}"}}""", fresh: true);
        Assert.Equal("child-of-both", (string?)(await _http.ModelAsync("copy-of-tiny"))["children"]![0]!["name"]);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteModelAsync("copy-of-tiny")).StatusCode);
    }

    [Fact]
    public async Task Models_that_name_each_other_as_parents_are_shown_all_the_same()
    {
        using var one = new TinyModel();
        using var two = new TinyModel();
        var (a, b) = (ModelCatalog.Describe(one.Folder).Hash, ModelCatalog.Describe(two.Folder).Hash);
        foreach (var (name, model, other) in new[] { ("ring-a", one, b), ("ring-b", two, a) })
        {
            var files = ModelZip.FilesOf(model.Folder);
            files["playground.json"] = Encoding.UTF8.GetBytes($$$"""{"classes":3,"lineage":{"parent":"x","parent_hash":"{{{other}}}"}}""");
            await _http.ImportAsync(ModelZip.Pack(files), $"?name={name}").ImportedAsync();
        }
        var detail = await _http.ModelAsync("ring-a");
        Assert.Equal("ring-b", (string?)detail["parents"]!.AsArray().Single()!["name"]);
        Assert.Equal("ring-b", (string?)detail["children"]!.AsArray().Single()!["name"]);
    }

    [Fact]
    public async Task Deletions_at_once_and_samplings_between_end_in_one_deletion_and_a_living_server()
    {
        await InstallAsync("contended");
        var calls = Enumerable.Range(0, 8).Select(
            i => i % 2 == 0 ? _http.DeleteModelAsync("contended") : _http.SampleAsync("""{"model":"contended","steps":1,"count":1}"""));
        var answers = await Task.WhenAll(calls);
        Assert.All(answers, a => Assert.InRange((int)a.StatusCode, 200, 499));
        foreach (var started in answers.Where(a => a.StatusCode == HttpStatusCode.Accepted))
            await EndAsync((string)(await started.ReadAsync())["id"]!);
        if (answers.All(a => a.StatusCode != HttpStatusCode.NoContent))
            Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteModelAsync("contended")).StatusCode);
        Assert.DoesNotContain("contended", await _http.ModelNamesAsync());
        Assert.Equal("succeeded", await EndAsync(await _http.StartAsync("""{"model":"tiny","steps":1,"count":1}""")));
    }

    private async Task<byte[]> PictureAsync(string model)
    {
        var id = await _http.StartAsync($$"""{"model":"{{model}}","steps":3,"count":1,"seed":5}""");
        Assert.Equal("succeeded", await EndAsync(id));
        return Playground.Core.Imaging.PictureFile.Decode(
            await _http.GetByteArrayAsync($"/api/v1/jobs/{id}/0.png", TestContext.Current.CancellationToken)).Pixels;
    }

    private async Task<string> EndAsync(string id)
    {
        using var hub = await HubClient.ConnectAsync(_server.Address);
        await hub.WatchAsync($"""["{id}", 0]""");
        return (string)(await hub.ReadStreamAsync()).Items[^1]["job"]!["status"]!;
    }
}
