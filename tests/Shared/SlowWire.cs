using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Playground.Core.Tests;

/// <summary>
/// A line between a client and a server on which everything arrives late, in both directions. Whoever looks at a page before it has
/// answered is found out by it: <c>PLAYGROUND_TEST_LATENCY=200 ./playground test FullyQualifiedName~Browser</c> (milliseconds one way).
/// </summary>
internal sealed class SlowWire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _server;
    private readonly TimeSpan _latency;
    private readonly Task _accepting;

    public SlowWire(Uri server, TimeSpan latency)
    {
        (_server, _latency) = (server, latency);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The address of the near end.</summary>
    public Uri Address => new UriBuilder(_server) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    /// <summary>A line to <paramref name="server"/> where the environment asks for one.</summary>
    public static SlowWire? WhereAsked(Uri server)
        => int.TryParse(Environment.GetEnvironmentVariable("PLAYGROUND_TEST_LATENCY"), CultureInfo.InvariantCulture, out var latency)
            ? new(server, TimeSpan.FromMilliseconds(latency)) : null;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
        }
    }

    // Until both directions have ended.
    private async Task CarryAsync(TcpClient near)
    {
        using var client = near;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(_server.Host, _server.Port, _stop.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return;
        }
        await Task.WhenAll(CarryAsync(near, far), CarryAsync(far, near));
    }

    private async Task CarryAsync(TcpClient from, TcpClient to)
    {
        var underway = Channel.CreateUnbounded<(ReadOnlyMemory<byte> Bytes, DateTime Due)>();
        try
        {
            await Task.WhenAll(ReadAsync(), WriteAsync());
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One end has gone: the other shall hear of it.
            from.Close();
            to.Close();
        }

        async Task ReadAsync()
        {
            var buffer = new byte[65_536];
            try
            {
                while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var read)
                    underway.Writer.TryWrite((buffer.AsMemory(0, read).ToArray(), DateTime.UtcNow + _latency));
            }
            finally
            {
                underway.Writer.Complete();
            }
        }

        async Task WriteAsync()
        {
            await foreach (var (bytes, due) in underway.Reader.ReadAllAsync(_stop.Token))
            {
                if (due - DateTime.UtcNow is { Ticks: > 0 } left) await Task.Delay(left, _stop.Token);
                await to.GetStream().WriteAsync(bytes, _stop.Token);
            }
            to.Client.Shutdown(SocketShutdown.Send);
        }
    }
}
