using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Storage;

/// <summary>The real server over storage that a test troubles: its log and how it ends are part of what is looked at.</summary>
public sealed class StorageServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trouble-").FullName;
    private readonly BlockingCollection<string> _lines = [];
    private Process? _process;

    public StorageServer()
    {
        using var model = new TinyModel();
        Directory.CreateDirectory(Models);
        Directory.Move(model.Folder, Path.Combine(Models, "tiny"));
        Directory.CreateDirectory(model.Folder);
        Data = Path.Combine(_folder, "data");
    }

    public string Data { get; set; }

    /// <summary>Null: SQLite in the data folder.</summary>
    public string? Connection { get; set; }

    /// <summary>Where it listens.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:0";

    /// <summary>Further settings, as environment variables.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public HttpClient Http { get; private set; } = new();

    /// <summary>All that the server has said so far.</summary>
    public string Log => string.Join('\n', _said);

    private string Models => Path.Combine(_folder, "models");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly ConcurrentQueue<string> _said = new();

    /// <summary>Starts the server and waits until it listens.</summary>
    public async Task StartAsync()
    {
        Begin();
        var address = (await LineAsync("Now listening on: ")).Split("Now listening on: ")[1];
        Http = new HttpClient
        {
            BaseAddress = new Uri(address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)),
            Timeout = TimeSpan.FromSeconds(60)
        };
    }

    /// <summary>Starts a server that is to end by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync()
    {
        Begin();
        await _process!.WaitForExitAsync(Ct);
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Waits until the server says something that holds <paramref name="text"/>.</summary>
    public Task<string> LineAsync(string text) => Task.Run(() =>
    {
        foreach (var line in _lines.GetConsumingEnumerable(Ct))
            if (line.Contains(text, StringComparison.Ordinal)) return line;
        throw new InvalidOperationException($"The server ended without '{text}':\n{Log}");
    }, Ct);

    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _process = null;
    }

    /// <summary>An answer that says that storage is not available: its detail, status and time to wait.</summary>
    public async Task<(HttpStatusCode Status, string Detail, TimeSpan? RetryAfter)> ProblemAsync(
        Func<HttpClient, Task<HttpResponseMessage>> ask)
    {
        using var response = await ask(Http);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.ReadAsync();
        Assert.Equal((int)response.StatusCode, (int)problem["status"]!);
        return (response.StatusCode, (string)problem["detail"]!, response.Headers.RetryAfter?.Delta);
    }

    public async Task<JsonNode> GetAsync(string path) => (await Http.GetFromJsonAsync<JsonNode>(path, Ct))!;

    /// <summary>Waits until a job is as it shall be.</summary>
    public async Task<JsonNode> WaitAsync(string id, Func<JsonNode, bool> condition)
    {
        while (true)
        {
            var job = await GetAsync($"/api/v1/jobs/{id}");
            if (condition(job)) return job;
            await Task.Delay(20, Ct);
        }
    }

    public Task<JsonNode> EndAsync(string id) => WaitAsync(id, j => (string)j["status"]! is "succeeded" or "failed" or "canceled");

    /// <summary>Waits until a question is answered with 200.</summary>
    public async Task AnswersAsync(string path)
    {
        while (true)
        {
            using var response = await Http.GetAsync(path, Ct);
            if (response.StatusCode == HttpStatusCode.OK) return;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            await Task.Delay(50, Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await KillAsync();
        _lines.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Begin()
    {
        var info = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Playground.Server.dll"), "--urls", Urls])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(Repository.Root, "Playground.Server"),
        };
        info.Environment["Playground__Data"] = Data;
        info.Environment["Playground__Models"] = Models;
        info.Environment["OMP_WAIT_POLICY"] = "passive";
        if (Connection is not null) info.Environment["ConnectionStrings__Playground"] = Connection;
        foreach (var (name, value) in Settings) info.Environment[name] = value;
        _process = new Process { StartInfo = info };
        _process.OutputDataReceived += (_, e) => Say(e.Data);
        _process.ErrorDataReceived += (_, e) => Say(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Say(string? line)
    {
        if (line is null) return;
        _said.Enqueue(line);
        if (!_lines.IsAddingCompleted) _lines.Add(line);
    }
}
