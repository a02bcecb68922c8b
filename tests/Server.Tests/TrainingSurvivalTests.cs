using System.Text.Json.Nodes;
using Playground.Core;

namespace Playground.Server.Tests;

/// <summary>What a training does when the server, the disk or the numbers fail: each for real.</summary>
[Trait("Category", "long")]
public sealed class TrainingSurvivalTests : IAsyncLifetime
{
    private readonly TrainingServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string CheckpointsOf(string id) => Path.Combine(_server.Data, "trainings", id, "checkpoints");

    private string[] Whole(string id) => [.. Directory.GetDirectories(CheckpointsOf(id)).Select(d => Path.GetFileName(d))
        .Where(d => !d.EndsWith(".part", StringComparison.Ordinal)).Order()];

    private async Task<IReadOnlyList<int>> SamplesAsync(string id)
        => [.. (await _server.GetAsync($"/api/v1/trainings/{id}"))["samples"]!.AsArray().Select(s => s!.GetValue<int>())];

    [Fact]
    public async Task Killed_in_the_middle_and_started_again_it_goes_on_with_the_same_curve()
    {
        var request = TrainingServer.Request(80, r => r["sampleEvery"] = 20);
        var whole = await _server.TrainAsync(request.DeepClone().AsObject());
        await _server.EndAsync(whole);

        var id = await _server.TrainAsync(request);
        await _server.StepAsync(id, 34);
        await _server.KillAsync();
        await _server.StartAsync();
        await _server.EndAsync(id);
        Assert.Equal(await _server.CurveAsync(whole), await _server.CurveAsync(id));
        Assert.Equal(await SamplesAsync(whole), await SamplesAsync(id));
        Assert.Equal(await _server.Http.GetByteArrayAsync($"/api/v1/trainings/{whole}/samples/80.png",
            TestContext.Current.CancellationToken), await _server.Http.GetByteArrayAsync($"/api/v1/trainings/{id}/samples/80.png",
                TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_server_that_is_stopped_writes_a_checkpoint_first()
    {
        var request = TrainingServer.Request(60, r => r["options"]!["checkpointEvery"] = 1000);
        var whole = await _server.TrainAsync(request.DeepClone().AsObject());
        await _server.EndAsync(whole);

        var id = await _server.TrainAsync(request);
        await _server.StepAsync(id, 5);
        await _server.StopAsync();
        Assert.Single(Whole(id));
        Assert.InRange(int.Parse(Whole(id)[0]["step-".Length..], System.Globalization.CultureInfo.InvariantCulture), 5, 59);
        await _server.StartAsync();
        await _server.EndAsync(id);
        Assert.Equal(await _server.CurveAsync(whole), await _server.CurveAsync(id));
    }

    [Fact]
    public async Task A_full_disk_pauses_it_with_the_last_checkpoint_whole_and_room_lets_it_go_on()
    {
        var whole = await _server.TrainAsync(TrainingServer.Request(40));
        await _server.EndAsync(whole);

        var id = await _server.TrainAsync(TrainingServer.Request(40));
        await _server.StepAsync(id, 12);
        // A checkpoint takes some ten megabytes; the database and the curve take less than a half.
        await _server.LimitFilesAsync(2 << 20);
        var paused = await _server.EndAsync(id, "paused");
        Assert.Contains("cannot be written", paused["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("Make room on the disk", paused["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Matches("goes on from step [1-3]0", paused["error"]!.GetValue<string>());
        Assert.DoesNotContain(Directory.GetDirectories(CheckpointsOf(id)), d => d.EndsWith(".part", StringComparison.Ordinal));
        Assert.All(Whole(id), c => Assert.Equal(["state.json", "training.safetensors"],
            Directory.GetFiles(Path.Combine(CheckpointsOf(id), c)).Select(f => Path.GetFileName(f)).Order()));

        await _server.LimitFilesAsync(null);
        await _server.DoAsync(id, "resume");
        await _server.EndAsync(id);
        Assert.Equal(await _server.CurveAsync(whole), await _server.CurveAsync(id));
    }

    [Fact]
    public async Task A_loss_that_is_no_number_fails_it_names_the_step_and_keeps_the_last_good_weights()
    {
        var id = await _server.TrainAsync(TrainingServer.Request(100_000, r =>
        {
            r["options"]!["learningRate"] = 1;
            r["options"]!["checkpointEvery"] = 3;
            r["options"]!["weighting"] = "p2";
            r["options"]!["p2K"] = 1e-9;
            r["options"]!["p2Gamma"] = 4.4;
        }));
        var failed = await _server.EndAsync(id, "failed");
        Assert.Matches("The loss became .* at step [0-9]+", failed["error"]!.GetValue<string>());
        var step = failed["step"]!.GetValue<int>();
        Assert.Contains($"at step {step + 1}. The weights after step {step}, the last good ones, are kept.",
            failed["error"]!.GetValue<string>(), StringComparison.Ordinal);
        var checkpoints = (await _server.GetAsync($"/api/v1/trainings/{id}/checkpoints")).AsArray();
        Assert.Equal(step, checkpoints[^1]!["step"]!.GetValue<int>());
        var sampled = await _server.Http.StartAsync(new JsonObject
        { ["model"] = checkpoints[^1]!["model"]!.GetValue<string>(), ["steps"] = 2, ["count"] = 1 }.ToJsonString());
        await _server.EndAsync(sampled);
    }
}
