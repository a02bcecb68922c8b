using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Playground.Cli.Tests;

/// <summary>A small HTTP server of files on a free port of 127.0.0.1, which can break off, forget ranges, redirect and lie.</summary>
internal sealed partial class FileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public FileServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/files/");

    public Dictionary<string, byte[]> Files { get; } = [];

    public bool Ranges { get; set; } = true;

    /// <summary>The version of all files.</summary>
    public string ETag { get; set; } = "\"1\"";

    /// <summary>Further header lines for a file.</summary>
    public Func<string, string> Headers { get; set; } = _ => "";

    /// <summary>Bytes of a body after which the connection is cut, for as many requests.</summary>
    public Queue<int> Breaks { get; } = [];

    public bool Redirects { get; set; }

    /// <summary>"path from", in the order that they came.</summary>
    public List<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        if (_serving.IsCompleted) return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException || _stop.IsCancellationRequested)
        {
            // The test is over; a listener that was stopped between two clients says so in its own way.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var request = await ReadHeadAsync(stream);
        var path = request.Split(' ')[1];
        var name = path.Split("/files/")[^1];
        if (Redirects && path.StartsWith("/files/", StringComparison.Ordinal))
        {
            await SendAsync(stream, $"302 Found\r\nLocation: /cdn{path}\r\n{Headers(name)}Content-Length: 0", default);
            return;
        }
        if (!Files.TryGetValue(name, out var file))
        {
            await SendAsync(stream, "404 Not Found\r\nContent-Length: 0", default);
            return;
        }
        var range = Range().Match(request);
        var from = Ranges && range.Success && request.Contains($"If-Range: {ETag}\r\n", StringComparison.Ordinal)
            ? int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture)
            : 0;
        Requests.Add($"{name} {from}");
        var status = from == 0 ? "200 OK" : $"206 Partial Content\r\nContent-Range: bytes {from}-{file.Length - 1}/{file.Length}";
        var body = file.AsMemory(from);
        await SendAsync(stream, $"{status}\r\n{(Redirects ? "" : Headers(name))}ETag: {ETag}\r\nContent-Length: {body.Length}",
            Breaks.TryDequeue(out var cut) ? body[..cut] : body);
    }

    private static async Task SendAsync(NetworkStream stream, string head, ReadOnlyMemory<byte> body)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(body);
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) > 0)
            head.Append((char)one[0]);
        return head.ToString();
    }

    [GeneratedRegex(@"Range: bytes=(\d+)-")]
    private static partial Regex Range();
}
