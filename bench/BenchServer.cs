using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core;

namespace Playground.Bench;

/// <summary>The real server, on a free port and an empty data folder, for as long as something is measured.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private BenchServer(Process process, string data, Uri address)
        => (_process, _data, Http) = (process, data, new HttpClient { BaseAddress = address });

    /// <summary>Its data folder.</summary>
    public string Data => _data;

    public HttpClient Http { get; }

    /// <summary>Bytes of memory that it holds.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static async Task<BenchServer> StartAsync(CancellationToken ct, params (string Name, string Value)[] settings)
    {
        var data = Directory.CreateTempSubdirectory("bench-").FullName;
        var info = new ProcessStartInfo("dotnet",
            [Path.Combine(Batching.Root, "Playground.Server/bin/Release/net10.0/Playground.Server.dll"), "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.Combine(Batching.Root, "Playground.Server"),
            Environment = { ["Playground__Data"] = data, ["Playground__Models"] = Path.Combine(Batching.Root, "models") },
        };
        foreach (var (name, value) in settings) info.Environment[name] = value;
        var process = Process.Start(info)!;
        return new BenchServer(process, data, await AddressAsync(process, ct));
    }

    /// <summary>Posts a job; returns its id.</summary>
    public async Task<string> PostAsync(string path, string job, CancellationToken ct)
    {
        var response = await Http.PostAsync(path, new StringContent(job, Encoding.UTF8, "application/json"), ct);
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException(await response.Content.ReadAsStringAsync(ct));
        return (await response.Content.ReadFromJsonAsync<JsonNode>(ct))!["id"]!.GetValue<string>();
    }

    /// <summary>Looks at a job, <paramref name="pause"/> (20 ms) apart, until it is as it shall be.</summary>
    public async Task WaitAsync(string id, Func<JsonNode, bool> condition, CancellationToken ct, TimeSpan? pause = null)
    {
        while (await Http.GetFromJsonAsync<JsonNode>($"/api/v1/jobs/{id}", ct) is var job && !condition(job!))
        {
            if (job!["status"]!.GetValue<string>() is "succeeded" or "failed" or "canceled")
                throw new InvalidOperationException($"The job ended: {job.ToJsonString()}");
            await Task.Delay(pause ?? TimeSpan.FromMilliseconds(20), ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static async Task<Uri> AddressAsync(Process server, CancellationToken ct)
    {
        while (await server.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            if (line.Split("Now listening on: ") is not [_, var address]) continue;
            _ = server.StandardOutput.ReadToEndAsync(ct);
            return new Uri(address);
        }
        throw new InvalidOperationException("The server ended before it listened.");
    }
}
