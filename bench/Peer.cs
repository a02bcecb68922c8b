using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Playground.Bench;

/// <summary>diffusers on PyTorch, in a process that waits for requests (peer_diffusers.py --serve).</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    private Peer(Process process) => _process = process;

    public string Name { get; private set; } = "";

    public static async Task<Peer> StartAsync(string python, string checkout, string[] paths, CancellationToken ct)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "../../../peer_diffusers.py"), "--serve", "--threads", $"{Environment.ProcessorCount}", "--diffusers", checkout, .. paths.SelectMany(p => new[] { "--path", p })];
        var process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var peer = new Peer(process);
        var ready = await peer.ReadAsync(ct);
        peer.Name = $"diffusers {ready["versions"]!["diffusers"]} on PyTorch {ready["versions"]!["torch"]}";
        return peer;
    }

    /// <summary>Seconds of every repeat.</summary>
    public async Task<double[]> MeasureAsync(string name, int batch, string precision, int repeats, CancellationToken ct)
    {
        var request = new JsonObject { ["case"] = name, ["batch"] = batch, ["precision"] = precision, ["repeats"] = repeats, ["warmup"] = 1 };
        await _process.StandardInput.WriteLineAsync(request.ToJsonString().AsMemory(), ct);
        return [.. (await ReadAsync(ct))["seconds"]!.AsArray().Select(s => s!.GetValue<double>())];
    }

    private async Task<JsonNode> ReadAsync(CancellationToken ct)
    {
        var line = await _process.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("The peer ended; its messages are above.");
        var answer = JsonNode.Parse(line)!;
        return answer["error"] is { } error ? throw new InvalidOperationException($"The peer says: {error}") : answer;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill();
        _process.Dispose();
    }
}
