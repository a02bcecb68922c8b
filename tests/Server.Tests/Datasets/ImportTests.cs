using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Playground.Core;
using Playground.Core.Tests;

namespace Playground.Server.Tests.Datasets;

/// <summary>Imports from a web server of the test's own on 127.0.0.2, which is the one private address that is allowed.</summary>
[Collection(Servers.Datasets)]
public sealed class ImportTests(DatasetServer server) : IAsyncLifetime
{
    private readonly TcpListener _listener = new(IPAddress.Parse("127.0.0.2"), 0);
    private readonly TcpListener _private = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private int _privateConnections;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private int PrivatePort => ((IPEndPoint)_private.LocalEndpoint).Port;

    public ValueTask InitializeAsync()
    {
        _listener.Start();
        _private.Start();
        _ = ServeAsync();
        _ = CountAsync();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _closed.Cancel();
        _listener.Dispose();
        _private.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_zip_at_an_address_becomes_a_data_set()
    {
        var made = await ImportAsync($"http://127.0.0.2:{Port}/redirect?to=/pets.zip");
        Assert.Equal(("ready", "pets.zip"), ((string)made["status"]!, (string)made["report"]!["files"]![0]!["name"]!));
        Assert.Equal(2, (int)made["report"]!["pictures"]!);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{private}/x.zip", "not on the public internet")]
    [InlineData("http://localhost:{private}/x.zip", "not on the public internet")]
    [InlineData("http://[::1]:{private}/x.zip", "not on the public internet")]
    [InlineData("http://[::ffff:127.0.0.1]:{private}/x.zip", "not on the public internet")]
    [InlineData("http://0.0.0.0:{private}/x.zip", "not on the public internet")]
    [InlineData("http://2130706433:{private}/x.zip", "not on the public internet")]
    [InlineData("http://10.0.0.1/x.zip", "not on the public internet")]
    [InlineData("http://100.64.1.1/x.zip", "not on the public internet")]
    [InlineData("http://[fd00::1]/x.zip", "not on the public internet")]
    [InlineData("http://[fe80::1]/x.zip", "not on the public internet")]
    [InlineData("http://[64:ff9b::7f00:1]/x.zip", "not on the public internet")]
    [InlineData("http://127.0.0.2:{port}/redirect?to=http://127.0.0.1:{private}/x.zip", "'127.0.0.1' is not on the public internet")]
    [InlineData("http://127.0.0.2:{port}/redirect?to=http://169.254.169.254/latest/meta-data/",
        "'169.254.169.254' is not on the public internet")]
    [InlineData("http://127.0.0.2:{port}/redirect?to=file:///etc/passwd", "neither http nor https")]
    [InlineData("http://127.0.0.2:{port}/loop", "redirects more than 5 times")]
    [InlineData("http://127.0.0.2:{port}/missing", "answered 404")]
    [InlineData("http://127.0.0.2:{port}/huge", "larger than 256 MiB")]
    [InlineData("http://127.0.0.2:{port}/short", "could not be fetched to its end")]
    [InlineData("http://127.0.0.2:{port}/page", "an HTML page")]
    public async Task An_address_that_must_not_or_cannot_be_read_is_refused_and_nothing_is_kept(string address, string reason)
    {
        var made = await ImportAsync(address.Replace("{port}", $"{Port}", StringComparison.Ordinal)
            .Replace("{private}", $"{PrivatePort}", StringComparison.Ordinal));
        Assert.Equal("failed", (string)made["status"]!);
        Assert.Contains(reason, (string)made["error"]!, StringComparison.Ordinal);
        Assert.Equal(0, _privateConnections);
        Assert.Empty(server.Files("datasets/work"));
    }

    [Theory]
    [InlineData("ftp://example.org/x.zip")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:secret@example.org/x.zip")]
    [InlineData("x.zip")]
    public async Task What_is_no_web_address_is_refused_at_once(string address)
    {
        using var response = await server.Http.PostAsync("/api/v1/datasets", new StringContent(new JsonObject
        { ["name"] = "x", ["address"] = address }.ToJsonString(), Encoding.UTF8, "application/json"), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("cannot be imported from", (string)(await response.ReadAsync())["detail"]!, StringComparison.Ordinal);
    }

    private async Task<JsonNode> ImportAsync(string address)
        => await server.EndAsync(await server.CreateAsync(new JsonObject { ["name"] = "import", ["address"] = address }));

    private async Task CountAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            using var client = await _private.AcceptTcpClientAsync(_closed.Token);
            Interlocked.Increment(ref _privateConnections);
        }
    }

    private async Task ServeAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            using var client = await _listener.AcceptTcpClientAsync(_closed.Token);
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, leaveOpen: true);
            var path = (await reader.ReadLineAsync(_closed.Token))?.Split(' ')[1] ?? "";
            while (await reader.ReadLineAsync(_closed.Token) is { Length: > 0 }) { }
            await stream.WriteAsync(Answer(path), _closed.Token);
        }
    }

    private static byte[] Answer(string path)
    {
        if (path.StartsWith("/redirect?to=", StringComparison.Ordinal))
            return Head("302 Found", 0, $"Location: {path["/redirect?to=".Length..]}\r\n");
        byte[] zip = new ZipForge().Add("cat/1.png", TestPicture.Png(1)).Add("dog/2.png", TestPicture.Png(2)).ToArray();
        return path switch
        {
            "/pets.zip" => [.. Head("200 OK", zip.Length), .. zip],
            "/loop" => Head("302 Found", 0, "Location: /loop\r\n"),
            "/huge" => Head("200 OK", 1L << 40),
            "/short" => [.. Head("200 OK", zip.Length), .. zip[..(zip.Length / 2)]],
            "/page" => [.. Head("200 OK", 15), .. "<!doctype html>"u8],
            _ => Head("404 Not Found", 0),
        };
    }

    private static byte[] Head(string status, long length, string more = "")
        => Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n");
}
