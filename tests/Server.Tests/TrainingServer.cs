using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;

namespace Playground.Server.Tests;

/// <summary>
/// A server with a small data set to train on, which can be killed, asked to stop, and started again on the same folders.
/// </summary>
public sealed class TrainingServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("training-").FullName;
    private Process? _process;

    public HttpClient Http { get; private set; } = new();

    public string Data => Path.Combine(_folder, "data");

    /// <summary>The folder of training data, whose IDX files are references of evaluations too.</summary>
    public string Sets => Path.Combine(_folder, "sets");

    public string Models => Path.Combine(_folder, "models");

    /// <summary>The PostgreSQL database that the server uses; null: SQLite in the data folder.</summary>
    public string? Connection { get; set; }

    public int ProcessId => _process!.Id;

    public async ValueTask InitializeAsync()
    {
        using var model = new TinyModel();
        Directory.CreateDirectory(Models);
        Directory.Move(model.Folder, Path.Combine(Models, "tiny"));
        Directory.CreateDirectory(model.Folder);
        WriteRamps(Path.Combine(Directory.CreateDirectory(Sets).FullName, "ramps"));
        await StartAsync();
    }

    public async Task StartAsync()
    {
        // A file that grows beyond a limit shall be an error, as on a full disk, and not end the process.
        var info = new ProcessStartInfo("bash", ["-c", "trap '' XFSZ; exec dotnet \"$0\" --urls http://127.0.0.1:0",
            Path.Combine(AppContext.BaseDirectory, "Playground.Server.dll")])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.Combine(Repository.Root, "Playground.Server"),
            Environment = { ["Playground__Data"] = Data, ["Playground__Models"] = Models,
                ["Playground__TrainingData"] = Sets, ["Playground__References"] = Sets, ["OMP_WAIT_POLICY"] = "passive" },
        };
        if (Connection is not null) info.Environment["ConnectionStrings__Playground"] = Connection;
        _process = Process.Start(info)!;
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split("Now listening on: ") is not [_, var address]) continue;
            _ = _process.StandardOutput.ReadToEndAsync();
            Http = new HttpClient { BaseAddress = new Uri(address) };
            return;
        }
        throw new InvalidOperationException($"The server ended with code {_process.ExitCode} before it listened.");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>What an operator's stop sends.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{ProcessId}"]);
        await _process!.WaitForExitAsync();
    }

    /// <summary>No file of the server may grow beyond so many bytes; null: any may.</summary>
    public async Task LimitFilesAsync(long? bytes)
    {
        using var limit = Process.Start("prlimit",
            ["--pid", $"{ProcessId}", $"--fsize={(bytes is { } b ? $"{b}" : "unlimited")}:unlimited"]);
        await limit.WaitForExitAsync();
        Assert.Equal(0, limit.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await KillAsync();
        _process!.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A training of the tiny preset on the ramps, 8×8 and grey: a step takes some milliseconds.</summary>
    public static JsonObject Request(int steps, Action<JsonObject>? change = null)
    {
        var request = new JsonObject
        {
            ["dataset"] = "folder:ramps",
            ["preset"] = "tiny",
            ["sampleEvery"] = 1000,
            ["sampleCount"] = 2,
            ["sampleSteps"] = 2,
            ["options"] = new JsonObject
            {
                ["steps"] = steps,
                ["batchSize"] = 4,
                ["warmupSteps"] = 2,
                ["learningRate"] = 1e-3,
                ["validation"] = 0.1,
                ["validateEvery"] = 5,
                ["checkpointEvery"] = 10,
                ["seed"] = 3
            },
        };
        change?.Invoke(request);
        return request;
    }

    public async Task<string> TrainAsync(JsonObject request)
    {
        var response = await Http.PostAsJsonAsync("/api/v1/trainings", request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.ReadAsync())["id"]!.GetValue<string>();
    }

    public async Task<JsonNode> GetAsync(string path) => (await Http.GetFromJsonAsync<JsonNode>(path))!;

    public Task<HttpResponseMessage> DoAsync(string id, string what, object? body = null)
        => Http.PostAsync($"/api/v1/trainings/{id}/{what}", body is null ? null : JsonContent.Create(body));

    /// <summary>Waits until the training's job is as it shall be.</summary>
    public async Task<JsonNode> WaitAsync(string id, Func<JsonNode, bool> condition)
    {
        while (true)
        {
            var job = await GetAsync($"/api/v1/jobs/{id}");
            if (condition(job)) return job;
            Assert.False(job["status"]!.GetValue<string>() is "succeeded" or "failed" or "canceled",
                $"The job ended as {job.ToJsonString()}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public Task<JsonNode> EndAsync(string id, string status = "succeeded") => WaitAsync(id, j => j["status"]!.GetValue<string>() == status);

    public Task StepAsync(string id, int step) => WaitAsync(id, j => j["step"]!.GetValue<int>() >= step);

    /// <summary>Every step's numbers but its speed.</summary>
    public async Task<IReadOnlyList<string>> CurveAsync(string id)
        => [.. (await GetAsync($"/api/v1/trainings/{id}/curve")).AsArray().Select(p =>
    {
        var point = p!.DeepClone().AsObject();
        point.Remove("picturesPerSecond");
        return point.ToJsonString();
    })];

    private static void WriteRamps(string prefix)
    {
        const int count = 60, size = 8, classes = 3;
        var images = new byte[16 + count * size * size];
        new byte[] { 0, 0, 8, 3 }.CopyTo(images, 0);
        foreach (var (at, value) in new[] { (4, count), (8, size), (12, size) }) BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(at),
            value);
        for (var i = 0; i < count * size * size; i++) images[16 + i] = (byte)(i % size * 30 * (i / (size * size) % classes));
        File.WriteAllBytes($"{prefix}-images-idx3-ubyte", images);
        File.WriteAllBytes($"{prefix}-labels-idx1-ubyte",
            [0, 0, 8, 1, 0, 0, 0, count, .. Enumerable.Range(0, count).Select(i => (byte)(i % classes))]);
    }
}
