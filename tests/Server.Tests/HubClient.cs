using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core;

namespace Playground.Server.Tests;

/// <summary>SignalR's JSON protocol over a bare web socket, so that a test can also say what no client would.</summary>
internal sealed class HubClient : IDisposable
{
    private const char Separator = '\u001e';
    private readonly ClientWebSocket _socket = new();
    private readonly Queue<string> _messages = new();
    private readonly StringBuilder _partial = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _closed = new();

    public static async Task<HubClient> ConnectAsync(Uri server, params (string Name, string Value)[] headers)
    {
        var client = new HubClient();
        foreach (var (name, value) in headers) client._socket.Options.SetRequestHeader(name, value);
        await client._socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/hubs/frames" }.Uri,
            TestContext.Current.CancellationToken);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        Assert.Equal("{}", await client.NextAsync());
        _ = client.PingAsync();
        return client;
    }

    public async Task SendAsync(string message)
    {
        await _sending.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(message + Separator), WebSocketMessageType.Text, true,
                TestContext.Current.CancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    // The hub takes a client that says nothing for thirty seconds for dead.
    private async Task PingAsync()
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(10), _closed.Token);
            await SendAsync("""{"type":6}""");
        }
    }

    public Task WatchAsync(string arguments) => SendAsync($$"""{"type":4,"invocationId":"1","target":"Watch","arguments":{{arguments}}}""");

    /// <summary>The stream's items until it completes; then its error, or null.</summary>
    public async Task<(List<JsonNode> Items, string? Error)> ReadStreamAsync(Action<JsonNode>? onItem = null)
    {
        var items = new List<JsonNode>();
        while (true)
        {
            var message = JsonNode.Parse(await NextAsync())!;
            switch (message["type"]!.GetValue<int>())
            {
                case 2:
                    items.Add(message["item"]!);
                    onItem?.Invoke(message["item"]!);
                    break;
                case 3:
                    return (items, message["error"]?.GetValue<string>());
            }
        }
    }

    private async Task<string> NextAsync()
    {
        var buffer = new byte[1 << 16];
        while (_messages.Count == 0)
        {
            var received = await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            if (received.MessageType == WebSocketMessageType.Close) throw new InvalidOperationException("The hub closed the connection.");
            foreach (var c in Encoding.UTF8.GetString(buffer, 0, received.Count))
            {
                if (c != Separator) _partial.Append(c);
                else
                {
                    _messages.Enqueue(_partial.ToString());
                    _partial.Clear();
                }
            }
        }
        return _messages.Dequeue();
    }

    public void Dispose()
    {
        _closed.Cancel();
        _socket.Dispose();
    }
}
