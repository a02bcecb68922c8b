using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Playground.Bench;

/// <summary>A headless Chromium with one page, driven by its own protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] s_flags =
        ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--remote-debugging-port=0", "--window-size=1280,900", "about:blank"];

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private int _asked;

    private Browser(Process process, string profile) => (_process, _profile) = (process, profile);

    public static async Task<Browser> StartAsync(CancellationToken ct)
    {
        var profile = Directory.CreateTempSubdirectory("bench-browser-").FullName;
        var info = new ProcessStartInfo("chromium", [$"--user-data-dir={profile}", .. s_flags])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        var browser = new Browser(Process.Start(info)!, profile);
        var port = await browser.PortAsync(ct);
        _ = browser._process.StandardError.ReadToEndAsync(ct);
        _ = browser._process.StandardOutput.ReadToEndAsync(ct);
        using var http = new HttpClient();
        var page = JsonNode.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/json/list", ct))!.AsArray()
            .First(p => (string)p!["type"]! == "page");
        await browser._socket.ConnectAsync(new Uri((string)page!["webSocketDebuggerUrl"]!), ct);
        return browser;
    }

    public Task OpenAsync(Uri address, CancellationToken ct) => AskAsync("Page.navigate", new() { ["url"] = $"{address}" }, ct);

    /// <summary>What an expression comes to, or what its promise does.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression, CancellationToken ct)
    {
        var answer = await AskAsync("Runtime.evaluate", new()
        { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true }, ct);
        if (answer["exceptionDetails"] is { } failed) throw new InvalidOperationException(failed.ToJsonString());
        return answer["result"]?["value"]?.DeepClone();
    }

    /// <summary>Asks 50 ms apart until an expression is true.</summary>
    public async Task WaitAsync(string expression, CancellationToken ct)
    {
        while ((await EvaluateAsync($"Boolean({expression})", ct))?.GetValue<bool>() != true)
            await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
    }

    private async Task<int> PortAsync(CancellationToken ct)
    {
        while (await _process.StandardError.ReadLineAsync(ct) is { } line)
            if (line.Split("DevTools listening on ") is [_, var address]) return new Uri(address).Port;
        throw new InvalidOperationException("Chromium ended before it listened.");
    }

    private async Task<JsonNode> AskAsync(string method, JsonObject parameters, CancellationToken ct)
    {
        var id = ++_asked;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString();
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, ct);
        var (buffer, answer) = (new byte[1 << 16], new MemoryStream());
        while (true)
        {
            answer.SetLength(0);
            WebSocketReceiveResult received;
            do
            {
                received = await _socket.ReceiveAsync(buffer, ct);
                answer.Write(buffer, 0, received.Count);
            }
            while (!received.EndOfMessage);
            // Events come between, and are of no interest.
            var node = JsonNode.Parse(Encoding.UTF8.GetString(answer.ToArray()))!;
            if ((int?)node["id"] == id) return node["result"] ?? throw new InvalidOperationException(node.ToJsonString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_profile, recursive: true);
    }
}
