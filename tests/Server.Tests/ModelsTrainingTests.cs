using System.Net;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;

namespace Playground.Server.Tests;

[Collection(Servers.Trainings)]
public sealed class ModelsTrainingTests(TrainingServer server)
{
    private async Task InstallAsync(string name)
    {
        using var model = new TinyModel();
        await server.Http.ImportAsync(ModelZip.Pack(ModelZip.FilesOf(model.Folder)), $"?name={name}").ImportedAsync();
    }

    private static JsonObject From(string model, int steps) => TrainingServer.Request(steps, r =>
    {
        r.Remove("preset");
        r["model"] = model;
    });

    [Fact]
    public async Task What_a_training_made_of_a_model_names_it_as_its_parent()
    {
        await InstallAsync("origin");
        var id = await server.TrainAsync(From("origin", 10));
        await server.EndAsync(id);
        Assert.Equal(HttpStatusCode.Created, (await server.DoAsync(id, "checkpoints/10/promote", new { name = "descendant" })).StatusCode);
        await server.Http.RenameAsync("origin", "origin-2");

        var detail = await server.Http.ModelAsync("descendant");
        Assert.Equal((true, "ramps"), ((bool)detail["parents"]![0]!["installed"]!, (string?)detail["dataset"]!["name"]));
        Assert.Contains("descendant", (await server.Http.ModelAsync("origin-2"))["children"]!.AsArray().Select(c => (string?)c!["name"]));
        Assert.Contains("'descendant' came from 'origin-2'", (await server.Http.DeleteModelAsync("origin-2").RefusalAsync()).Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_that_waits_needs_its_model_and_one_that_has_begun_does_not()
    {
        await InstallAsync("first");
        await InstallAsync("second");
        var running = await server.TrainAsync(From("first", 1_000_000));
        await server.StepAsync(running, 3);
        var waiting = await server.TrainAsync(From("second", 5));
        Assert.Contains(waiting, (await server.Http.DeleteModelAsync("second").RefusalAsync()).Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await server.Http.DeleteModelAsync("first")).StatusCode);

        var step = (await server.GetAsync($"/api/v1/jobs/{running}"))["step"]!.GetValue<int>();
        await server.StepAsync(running, step + 3);
        await server.DoAsync(running, "stop");
        await server.EndAsync(running);
        await server.EndAsync(waiting);
    }

    [Fact]
    public async Task A_checkpoint_is_no_model_to_be_renamed_exported_or_deleted()
    {
        var id = await server.TrainAsync(TrainingServer.Request(10));
        await server.EndAsync(id);
        var name = Uri.EscapeDataString($"training:{id}@10");
        foreach (var call in new[] { () => server.Http.DeleteModelAsync(name, "?force=true"), () => server.Http.RenameAsync(name, "mine"),
            () => server.Http.GetAsync($"/api/v1/models/{name}/export"), () => server.Http.GetAsync($"/api/v1/models/{name}") })
            Assert.Equal(HttpStatusCode.NotFound, (await call().RefusalAsync()).Status);
        Assert.Single((await server.GetAsync($"/api/v1/trainings/{id}/checkpoints")).AsArray());
    }
}
