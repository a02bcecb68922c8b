using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Playground.Client.Contracts;
using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Imaging;
using Playground.Core.Pipelines;
using Playground.Server.Jobs;
using Playground.Server.Trainings;

namespace Playground.Server.Tests;

[Collection(Servers.Trainings)]
public sealed class TrainingsTests(TrainingServer server)
{
    [Fact]
    public async Task A_training_leaves_its_curve_samples_and_checkpoints_that_can_be_tried_promoted_and_downloaded()
    {
        var id = await server.TrainAsync(TrainingServer.Request(25, r => r["sampleEvery"] = 5));
        await server.EndAsync(id);
        var training = await server.GetAsync($"/api/v1/trainings/{id}");
        Assert.Equal([5, 10, 15, 20, 25], training["samples"]!.AsArray().Select(s => s!.GetValue<int>()));
        Assert.Equal([10, 20, 25], training["checkpoints"]!.AsArray().Select(c => c!["step"]!.GetValue<int>()));
        Assert.Equal(1, training["request"]!["version"]!.GetValue<int>());

        var curve = (await server.GetAsync($"/api/v1/trainings/{id}/curve")).AsArray();
        Assert.Equal(Enumerable.Range(1, 25), curve.Select(p => p!["step"]!.GetValue<int>()));
        Assert.Equal([5, 10, 15, 20, 25], curve.Where(p => p!["validation"] is not null).Select(p => p!["step"]!.GetValue<int>()));
        Assert.Equal(Enumerable.Range(21, 5),
            (await server.GetAsync($"/api/v1/trainings/{id}/curve?after=20")).AsArray().Select(p => p!["step"]!.GetValue<int>()));

        var picture = PictureFile.Decode(await server.Http.GetByteArrayAsync($"/api/v1/trainings/{id}/samples/15.png",
            TestContext.Current.CancellationToken));
        Assert.Equal(8, picture.Height);

        var name = $"training:{id}@20";
        Assert.Equal(name, training["checkpoints"]![1]!["model"]!.GetValue<string>());
        var sampled = await server.Http.StartAsync($$"""{"model":"{{name}}","steps":3,"count":2,"guidance":2}""");
        await server.EndAsync(sampled);

        var promoted = await server.DoAsync(id, "checkpoints/20/promote", new { name = "ramps-20" });
        Assert.Equal(HttpStatusCode.Created, promoted.StatusCode);
        Assert.Equal(("ramps-20", 3, true), ((await promoted.ReadAsync())["name"]!.GetValue<string>(),
            (await server.GetAsync("/api/v1/models")).AsArray()
            .Single(m => m!["name"]!.GetValue<string>() == "ramps-20")!["classes"]!.GetValue<int>(),
            File.Exists(Path.Combine(server.Models, "ramps-20", "samples.png"))));
        var lineage = Json.Read<ModelManifest>(Path.Combine(server.Models, "ramps-20", "playground.json")).Lineage!;
        Assert.Equal(("ramps", "folder:ramps", 1, id, 20L, null),
            (lineage.Dataset, lineage.DatasetId, lineage.DatasetVersion, lineage.Training, lineage.Step, lineage.Parent));
        Assert.Equal(64, lineage.DatasetHash!.Length);
        Assert.Contains("| from | scratch, preset tiny |", await File.ReadAllTextAsync(Path.Combine(server.Models, "ramps-20", "README.md"),
            TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var zip = new ZipArchive(await server.Http.GetStreamAsync($"/api/v1/trainings/{id}/checkpoints/20.zip",
            TestContext.Current.CancellationToken));
        var folder = Directory.CreateTempSubdirectory("zip-").FullName;
        zip.ExtractToDirectory(folder);
        using (var model = ModelFolder.Load(Path.Combine(folder, "step-000000020")))
            Assert.Equal(ModelCatalog.Describe(Path.Combine(server.Models, "ramps-20")).Hash, model.Hash);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_checkpoint_is_evaluated_under_its_trainings_name_and_its_classes_keep_their_names()
    {
        var shapes = Path.Combine(server.Sets, "shapes");
        foreach (var (name, shade) in new[] { ("<i>three", 60), ("seven", 200) })
        {
            var folder = Directory.CreateDirectory(Path.Combine(shapes, name)).FullName;
            for (var i = 0; i < 12; i++)
                await File.WriteAllBytesAsync(Path.Combine(folder, $"{i}.png"),
                    PngFile.Encode(new PictureBatch(1, 8, 8, 1, [.. Enumerable.Repeat((byte)(shade + i), 64)])),
                    TestContext.Current.CancellationToken);
        }
        var id = await server.TrainAsync(TrainingServer.Request(10, r => (r["dataset"], r["preset"], r["model"])
            = ("folder:shapes", null, "tiny")));
        await server.EndAsync(id);
        // Other tests count what is in the folder.
        Directory.Delete(shapes, recursive: true);
        await server.Http.PatchAsJsonAsync($"/api/v1/trainings/{id}", new { name = "two shapes" }, TestContext.Current.CancellationToken);

        var started = await server.Http.PostAsJsonAsync("/api/v1/evaluations", new JsonObject
        {
            ["model"] = $"training:{id}@10",
            ["reference"] = "file:ramps",
            ["samplers"] = new JsonArray("ddim"),
            ["steps"] = new JsonArray(2),
            ["count"] = 40,
            ["features"] = "mnist",
        }, TestContext.Current.CancellationToken);
        Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var evaluation = (await started.ReadAsync())["job"]!["id"]!.GetValue<string>();
        await server.EndAsync(evaluation);
        var view = await server.GetAsync($"/api/v1/evaluations/{evaluation}");
        Assert.Equal(("two shapes · step 10", "two shapes"), ((string?)view["title"], (string?)view["training"]));
        Assert.True(view["cells"]![0]!["distance"]!.GetValue<double>() > 0);
        var report = await server.GetAsync($"/api/v1/evaluations/{evaluation}/report.json");
        Assert.Equal("two shapes · step 10: DDIM, 2 steps", (string?)report["title"]);
        // The reference has no names, and one class more.
        Assert.Equal(["<i>three", "seven", "2"], report["classes"]!.AsArray().Select(c => (string?)c!["name"]));
        var html = await server.Http.GetStringAsync($"/api/v1/evaluations/{evaluation}/report.html", TestContext.Current.CancellationToken);
        Assert.Contains("&lt;i&gt;three", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>three", html, StringComparison.Ordinal);

        var promoted = await (await server.DoAsync(id, "checkpoints/10/promote", new { name = "shapes-10" })).ReadAsync();
        Assert.Equal(["<i>three", "seven"], promoted["classNames"]!.AsArray().Select(n => (string?)n));
        Assert.Equal("shapes-10", (string?)promoted["title"]);
    }

    [Fact]
    public async Task A_deleted_training_leaves_nothing_and_is_not_deleted_while_a_checkpoint_of_it_is_in_use()
    {
        var ct = TestContext.Current.CancellationToken;
        // Of its own, so that no other training has drawn the same samples.
        var id = await server.TrainAsync(TrainingServer.Request(20, r => r["options"]!["seed"] = 77));
        Assert.Equal(HttpStatusCode.Conflict, (await server.Http.DeleteAsync($"/api/v1/trainings/{id}", ct)).StatusCode);
        await server.EndAsync(id);
        var sample = await server.Http.GetByteArrayAsync($"/api/v1/trainings/{id}/samples/20.png", ct);
        var file = Path.Combine(server.Data, "blobs", Hash(sample)[..2], Hash(sample));
        Assert.True(File.Exists(file));

        var user = await server.Http.StartAsync(
            $$"""{"model":"training:{{id}}@20","sampler":"ddpm","steps":1000,"count":64}""");
        var refused = await server.Http.DeleteAsync($"/api/v1/trainings/{id}", ct);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains($"in use by sample {user[..8]}", (string)(await refused.ReadAsync())["detail"]!, StringComparison.Ordinal);
        await server.Http.DeleteAsync($"/api/v1/jobs/{user}", ct);
        HttpStatusCode status;
        while ((status = (await server.Http.DeleteAsync($"/api/v1/trainings/{id}", ct)).StatusCode) == HttpStatusCode.Conflict)
            await Task.Delay(20, ct);
        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync($"/api/v1/trainings/{id}", ct)).StatusCode);
        Assert.False(Directory.Exists(Path.Combine(server.Data, "trainings", id)));
        Assert.False(File.Exists(file));

        static string Hash(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
    }

    [Fact]
    public async Task A_curve_after_a_step_that_will_never_be_is_empty()
    {
        var id = await server.TrainAsync(TrainingServer.Request(5));
        await server.EndAsync(id);
        foreach (var after in new[] { long.MaxValue, long.MaxValue - 1, 5L, 1L << 40 })
            Assert.Empty((await server.GetAsync($"/api/v1/trainings/{id}/curve?after={after}")).AsArray());
        Assert.Equal(5, (await server.GetAsync($"/api/v1/trainings/{id}/curve?after={long.MinValue}")).AsArray().Count);
    }

    [Fact]
    public async Task A_training_that_the_memory_cannot_hold_is_refused_with_the_figures()
    {
        var refused = await server.Http.PostAsJsonAsync("/api/v1/trainings",
            TrainingServer.Request(5, r => (r["preset"], r["options"]!["batchSize"]) = ("ddpm-cifar10-32", 1 << 20)),
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Matches("options.batchSize.*(GiB of memory|it must be)", (await refused.ReadAsync())["errors"]!.ToJsonString());
    }

    [Fact]
    public async Task A_paused_and_resumed_training_has_the_curve_of_one_that_was_not()
    {
        var whole = await server.TrainAsync(TrainingServer.Request(60));
        await server.EndAsync(whole);
        var id = await server.TrainAsync(TrainingServer.Request(60));
        await server.StepAsync(id, 12);
        Assert.Equal(HttpStatusCode.Accepted, (await server.DoAsync(id, "pause")).StatusCode);
        var paused = await server.EndAsync(id, "paused");
        Assert.InRange(paused["step"]!.GetValue<int>(), 12, 59);
        Assert.Equal(HttpStatusCode.Conflict, (await server.DoAsync(id, "pause")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await server.DoAsync(id, "resume")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await server.DoAsync(id, "resume")).StatusCode);
        await server.EndAsync(id);
        Assert.Equal(await server.CurveAsync(whole), await server.CurveAsync(id));
        Assert.Equal(Weights(whole, 60), Weights(id, 60));
    }

    [Fact]
    public async Task Stopped_it_keeps_what_it_learned_and_cancelled_nothing()
    {
        var stopped = await server.TrainAsync(TrainingServer.Request(1_000_000));
        await server.StepAsync(stopped, 3);
        await server.DoAsync(stopped, "stop");
        var step = (await server.EndAsync(stopped))["step"]!.GetValue<int>();
        Assert.Equal(step, (await server.GetAsync($"/api/v1/trainings/{stopped}/checkpoints")).AsArray()[^1]!["step"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.Conflict, (await server.DoAsync(stopped, "stop")).StatusCode);

        var canceled = await server.TrainAsync(TrainingServer.Request(1_000_000));
        await server.StepAsync(canceled, 12);
        await server.Http.DeleteAsync($"/api/v1/jobs/{canceled}", TestContext.Current.CancellationToken);
        await server.EndAsync(canceled, "canceled");
        Assert.Equal(["curve.bin", "origin.json"],
            Directory.GetFileSystemEntries(FolderOf(canceled)).Select(f => Path.GetFileName(f)).Order());
    }

    [Fact]
    public async Task A_paused_training_can_be_stopped_or_cancelled()
    {
        foreach (var (cancels, status) in new[] { (false, "succeeded"), (true, "canceled") })
        {
            var id = await server.TrainAsync(TrainingServer.Request(1_000_000));
            await server.StepAsync(id, 3);
            await server.DoAsync(id, "pause");
            await server.EndAsync(id, "paused");
            if (cancels) await server.Http.DeleteAsync($"/api/v1/jobs/{id}", TestContext.Current.CancellationToken);
            else await server.DoAsync(id, "stop");
            await server.EndAsync(id, status);
            Assert.Equal(cancels ? 0 : 1, (await server.GetAsync($"/api/v1/trainings/{id}/checkpoints")).AsArray().Count);
        }
    }

    [Fact]
    public async Task The_number_of_steps_changes_while_it_runs()
    {
        var id = await server.TrainAsync(TrainingServer.Request(1_000_000));
        await server.StepAsync(id, 3);
        var refused = await server.DoAsync(id, "steps", new { steps = 2 });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("are done", (await refused.ReadAsync())["errors"]!["steps"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        var at = (await server.GetAsync($"/api/v1/jobs/{id}"))["step"]!.GetValue<int>();
        Assert.Equal(HttpStatusCode.Accepted, (await server.DoAsync(id, "steps", new { steps = at + 60 })).StatusCode);
        var job = await server.EndAsync(id);
        Assert.Equal((at + 60, at + 60, at + 60),
            (job["step"]!.GetValue<int>(), job["steps"]!.GetValue<int>(), job["request"]!["options"]!["steps"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Adapters_of_an_installed_model_are_trained_and_the_model_may_then_go()
    {
        var copy = Path.Combine(server.Models, "parent");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(Path.Combine(server.Models, "tiny"), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Path.Combine(server.Models, "tiny"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        var id = await server.TrainAsync(TrainingServer.Request(1_000_000, r =>
        {
            r["preset"] = null;
            r["model"] = "parent";
            r["lora"] = new JsonObject { ["rank"] = 2, ["alpha"] = 4 };
        }));
        await server.StepAsync(id, 3);
        await server.DoAsync(id, "pause");
        await server.EndAsync(id, "paused");
        Directory.Delete(copy, recursive: true);
        await server.DoAsync(id, "resume");
        var at = (await server.GetAsync($"/api/v1/jobs/{id}"))["step"]!.GetValue<int>();
        await server.StepAsync(id, at + 2);
        await server.DoAsync(id, "stop");
        var step = (await server.EndAsync(id))["step"]!.GetValue<int>();
        var folder = Path.Combine(FolderOf(id), "models", $"step-{step:D9}");
        Assert.True(File.Exists(Path.Combine(folder, LoraFile.Name)));
        Assert.Equal(("parent", 2), (Json.Read<ModelManifest>(Path.Combine(folder, "playground.json")).Lineage!.Parent,
            Json.Read<ModelManifest>(Path.Combine(folder, "playground.json")).Lineage!.LoraRank!.Value));
    }

    [Fact]
    public async Task A_training_is_renamed_while_it_runs_and_after_it_has_ended()
    {
        var id = await server.TrainAsync(TrainingServer.Request(1_000_000, r => r["name"] = "first"));
        await server.StepAsync(id, 2);
        foreach (var name in new[] { "second", null, "third" })
        {
            using var renamed = await server.Http.PatchAsJsonAsync($"/api/v1/trainings/{id}", new { name },
                TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, renamed.StatusCode);
            Assert.Equal(name, (string?)(await server.GetAsync($"/api/v1/trainings/{id}"))["request"]!["name"]);
            if (name is not null) continue;
            await server.DoAsync(id, "stop");
            await server.EndAsync(id);
        }
        using var refused = await server.Http.PatchAsJsonAsync($"/api/v1/trainings/{id}", new { name = new string('x', 101) },
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("third", (string?)(await server.GetAsync($"/api/v1/trainings/{id}"))["request"]!["name"]);
        using var none = await server.Http.PatchAsJsonAsync("/api/v1/trainings/none", new { name = "x" },
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task Sampling_goes_on_while_a_training_runs()
    {
        var id = await server.TrainAsync(TrainingServer.Request(1_000_000));
        await server.StepAsync(id, 3);
        var sampled = await server.Http.StartAsync("""{"model":"tiny","steps":100,"count":4}""");
        await server.EndAsync(sampled);
        var at = (await server.GetAsync($"/api/v1/jobs/{id}"))["step"]!.GetValue<int>();
        await server.StepAsync(id, at + 1);
        await server.Http.DeleteAsync($"/api/v1/jobs/{id}", TestContext.Current.CancellationToken);
        await server.EndAsync(id, "canceled");
    }

    [Fact]
    public async Task An_estimate_is_measured_once_and_scales_with_the_steps()
    {
        var first = await EstimateAsync(TrainingServer.Request(100));
        Assert.True(first["secondsPerStep"]!.GetValue<double>() > 0);
        Assert.True(first["peakBytes"]!.GetValue<long>() > 16 * first["parameters"]!.GetValue<long>(), first.ToJsonString());
        var more = await EstimateAsync(TrainingServer.Request(10_000));
        Assert.Equal(first["secondsPerStep"]!.GetValue<double>(), more["secondsPerStep"]!.GetValue<double>());
        Assert.InRange(more["seconds"]!.GetValue<double>() / first["seconds"]!.GetValue<double>(), 50, 150);

        async Task<JsonNode> EstimateAsync(JsonObject request)
            => await (await server.Http.PostAsJsonAsync("/api/v1/trainings/estimate", request)).EnsureSuccessStatusCode().ReadAsync();
    }

    [Fact]
    public async Task Presets_and_data_sets_are_listed()
    {
        var choices = await server.GetAsync("/api/v1/trainings/choices");
        Assert.Equal(["tiny", "small", "ddpm-cifar10-32"], choices["presets"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()));
        var ramps = choices["datasets"]!.AsArray().Single()!;
        Assert.Equal(("folder:ramps", 60, 8, 1, 3), (ramps["id"]!.GetValue<string>(), ramps["count"]!.GetValue<int>(),
            ramps["size"]!.GetValue<int>(), ramps["channels"]!.GetValue<int>(), ramps["classes"]!.AsArray().Count));
    }

    [Theory]
    [InlineData("dataset", "nowhere", "dataset", "no data set 'nowhere'")]
    [InlineData("dataset", "folder:../sets/ramps", "dataset", "no data set")]
    [InlineData("version", 7, "dataset", "no version 7")]
    [InlineData("preset", "huge", "preset", "use one of: tiny, small")]
    [InlineData("preset", null, "preset", "Give either preset")]
    [InlineData("model", "tiny", "preset", "Give either preset")]
    [InlineData("lora", "{}", "lora", "lora adapts a model")]
    [InlineData("sampleEvery", 0, "sampleEvery", "1 or more")]
    [InlineData("sampleCount", 65, "sampleCount", "1 to 64")]
    [InlineData("sampleSteps", 101, "sampleSteps", "1 to 100")]
    [InlineData("keepCheckpoints", 0, "keepCheckpoints", "1 to 1000")]
    [InlineData("options.learningRate", 2, "options.learningRate", "at most 1")]
    [InlineData("options.batchSize", 0, "options.batchSize", "1 to 4096")]
    [InlineData("options.prediction", "noise", "options.prediction", "one of: epsilon")]
    [InlineData("options.validation", 0.9, "options.validation", "0 to 0.5")]
    public async Task A_value_that_cannot_be_used_is_named_and_nothing_is_queued(string field, object? value, string named, string sentence)
    {
        var before = (await server.GetAsync("/api/v1/jobs?kind=training")).AsArray().Count;
        var request = TrainingServer.Request(10, r =>
        {
            var target = field.StartsWith("options.", StringComparison.Ordinal) ? r["options"]!.AsObject() : r;
            target[field.Split('.')[^1]] = value is "{}" ? new JsonObject() : value switch
            {
                null => null,
                int i => JsonValue.Create(i),
                double d => JsonValue.Create(d),
                _ => JsonValue.Create((string)value)
            };
        });
        foreach (var path in new[] { "/api/v1/trainings", "/api/v1/trainings/estimate" })
        {
            var response = await server.Http.PostAsJsonAsync(path, request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains(sentence, (await response.ReadAsync())["errors"]![named]![0]!.GetValue<string>(), StringComparison.Ordinal);
        }
        Assert.Equal(before, (await server.GetAsync("/api/v1/jobs?kind=training")).AsArray().Count);
    }

    [Fact]
    public async Task Data_of_another_form_than_the_models_is_refused()
    {
        var request = TrainingServer.Request(10, r => (r["preset"], r["model"]) = ("tiny", null));
        request["options"]!["validation"] = 0.5;
        var (wide, narrow) = (TrainingServer.Request(10, r => r["preset"] = "ddpm-cifar10-32"),
            TrainingServer.Request(10, r => (r["preset"], r["model"]) = (null, "training:00000000000000000000000000000000@5")));
        Assert.Equal(HttpStatusCode.OK,
            (await server.Http.PostAsJsonAsync("/api/v1/trainings/estimate", request, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await server.Http.PostAsJsonAsync("/api/v1/trainings", narrow, TestContext.Current.CancellationToken)).StatusCode);
        _ = wide;
    }

    [Fact]
    public async Task A_name_that_no_model_can_have_is_refused_and_leaves_nothing()
    {
        var id = await server.TrainAsync(TrainingServer.Request(2));
        await server.EndAsync(id);
        var before = Directory.GetFileSystemEntries(server.Models).Order().ToArray();
        foreach (var name in new[] { "", "../evil", "a/b", ".hidden", "TINY", new string('x', 65), "two words", "-x" })
        {
            var response = await server.DoAsync(id, "checkpoints/2/promote", new { name });
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.NotNull((await response.ReadAsync())["errors"]!["name"]);
        }
        Assert.Equal(before, Directory.GetFileSystemEntries(server.Models).Order());
        Assert.Equal(HttpStatusCode.NotFound, (await server.DoAsync(id, "checkpoints/1/promote", new { name = "fine" })).StatusCode);
    }

    [Fact]
    public async Task A_strangers_training_is_not_there()
    {
        var id = await server.TrainAsync(TrainingServer.Request(12));
        await server.EndAsync(id);
        var theirs = "ffff" + id[4..];
        await server.ChangeRowsAsync(async (db, ct) =>
        {
            var sample = await db.Set<TrainingSampleRow>().AsNoTracking().FirstAsync(s => s.JobId == id, ct);
            db.Add(new TrainingSampleRow { JobId = theirs, Step = sample.Step, Hash = sample.Hash });
            db.Add(new JobRow
            {
                Id = theirs,
                Owner = "somebody",
                Kind = JobKind.Training,
                Status = JobStatus.Succeeded,
                Request =
                TrainingServer.Request(12).ToJsonString(),
                Sequence = 1,
                Steps = 12,
                Step = 12,
                Created = DateTimeOffset.UtcNow
            });
            await db.SaveChangesAsync(ct);
        });
        Directory.Move(FolderOf(id), FolderOf(theirs));
        foreach (var path in new[] { "", "/curve", "/checkpoints", "/checkpoints/10.zip", "/samples/12.png" })
            Assert.Equal(HttpStatusCode.NotFound,
                (await server.Http.GetAsync($"/api/v1/trainings/{theirs}{path}", TestContext.Current.CancellationToken)).StatusCode);
        foreach (var (what, body) in new (string, object?)[] { ("pause", null), ("resume", null), ("stop", null),
            ("steps", new { steps = 100 }), ("checkpoints/10/promote", new { name = "stolen" }) })
            Assert.Equal(HttpStatusCode.NotFound, (await server.DoAsync(theirs, what, body)).StatusCode);
        var sample = await server.Http.SampleAsync($$"""{"model":"training:{{theirs}}@10","steps":2,"count":1}""");
        Assert.Equal(HttpStatusCode.BadRequest, sample.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await server.Http.PostAsJsonAsync("/api/v1/trainings", TrainingServer.Request(2,
                r => (r["preset"], r["model"]) = (null, $"training:{theirs}@10")), TestContext.Current.CancellationToken)).StatusCode);
    }

    private string FolderOf(string id) => Path.Combine(server.Data, "trainings", id);

    private byte[] Weights(string id, int step)
        => File.ReadAllBytes(Path.Combine(FolderOf(id), "models", $"step-{step:D9}", "unet", "diffusion_pytorch_model.safetensors"));
}
