using System.Diagnostics;
using System.Text.Json.Nodes;
using Playground.Core;

namespace Playground.Bench;

/// <summary>
/// Another program in Python that does the same work, in a process that waits for requests: one JSON object a line, and one as the answer.
/// </summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    private Peer(Process process) => _process = process;

    public string Name { get; private set; } = "";

    /// <summary>diffusers on PyTorch (peer_diffusers.py).</summary>
    public static async Task<Peer> StartAsync(string python, string checkout, string[] paths, CancellationToken ct)
    {
        var (peer, versions) = await StartAsync(python, ["peer_diffusers.py", "--serve", "--diffusers", checkout], paths, ct);
        peer.Name = $"diffusers {versions["diffusers"]} on PyTorch {versions["torch"]}";
        return peer;
    }

    /// <summary>pytorch-fid on PyTorch (peer_pytorch_fid.py).</summary>
    public static async Task<Peer> StartFidAsync(string python, string checkout, string[] paths, CancellationToken ct)
    {
        var (peer, versions) = await StartAsync(python, ["peer_pytorch_fid.py", "--pytorch-fid", checkout], paths, ct);
        peer.Name = $"pytorch-fid on PyTorch {versions["torch"]}";
        return peer;
    }

    /// <summary>Seconds of every repeat.</summary>
    public async Task<double[]> MeasureAsync(string name, int batch, string precision, int repeats, CancellationToken ct)
    {
        var request = new JsonObject
        {
            ["case"] = name,
            ["batch"] = batch,
            ["precision"] = precision,
            ["repeats"] = repeats,
            ["warmup"] = 1
        };
        return [.. (await AskAsync(request, ct))["seconds"]!.AsArray().Select(s => s!.GetValue<double>())];
    }

    public async Task<JsonNode> AskAsync(JsonObject request, CancellationToken ct)
    {
        await _process.StandardInput.WriteLineAsync(request.ToJsonString().AsMemory(), ct);
        return await ReadAsync(ct);
    }

    private static async Task<(Peer Peer, JsonNode Versions)> StartAsync(string python, string[] script, string[] paths,
        CancellationToken ct)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "../../..", script[0]), .. script[1..], "--threads",
            $"{Environment.ProcessorCount}", .. paths.SelectMany(p => new[] { "--path", p })];
        var process = Process.Start(new ProcessStartInfo(python, arguments)
        { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var peer = new Peer(process);
        return (peer, (await peer.ReadAsync(ct))["versions"]!);
    }

    private async Task<JsonNode> ReadAsync(CancellationToken ct)
    {
        var line = await _process.StandardOutput.ReadLineAsync(ct)
            ?? throw new InvalidOperationException("The peer ended; its messages are above.");
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
