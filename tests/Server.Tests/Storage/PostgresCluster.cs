using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(Playground.Server.Tests.Storage.PostgresCluster))]

namespace Playground.Server.Tests.Storage;

/// <summary>
/// A real PostgreSQL for all tests of a run, on a free port of 127.0.0.1 with a data folder of its own; it starts when the first test
/// wants it, and ends with the tests however these end.
/// </summary>
public sealed class PostgresCluster : IAsyncLifetime
{
    private const string Owner = "playground";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("postgres-");
    private readonly int _port = FreePort();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private Process? _server;
    private int _databases;

    /// <summary>Where Debian's packages put the newest version's programs; null: none is installed.</summary>
    private static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Where(v => File.Exists(Path.Combine(v, "bin", "initdb")))
            .OrderByDescending(v => int.Parse(Path.GetFileName(v), System.Globalization.CultureInfo.InvariantCulture))
            .Select(v => Path.Combine(v, "bin")).FirstOrDefault()
        : null;

    public static bool IsInstalled => Programs is not null;

    /// <summary>Skips the test where PostgreSQL is not installed.</summary>
    public static void RequireInstalled() => Assert.SkipUnless(IsInstalled, "PostgreSQL is not installed: apt-get install postgresql");

    public ValueTask InitializeAsync() => default;

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        await StartAsync();
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionTo(name);
    }

    /// <summary>Starts the server, over its folder as it is, unless it runs.</summary>
    public async Task StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_server is null) await StartServerAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task StartServerAsync()
    {
        var data = Path.Combine(_folder.FullName, "data");
        if (!Directory.Exists(data)) await MakeAsync(data);
        // Durable or not, it is gone with the tests.
        _server = Begin("postgres", "-D", data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "fsync=off", "-c", "shared_buffers=32MB");
        while (await _server.StandardError.ReadLineAsync() is { } line)
        {
            if (!line.Contains("ready to accept connections", StringComparison.Ordinal)) continue;
            _ = _server.StandardError.ReadToEndAsync();
            return;
        }
        throw new InvalidOperationException($"PostgreSQL ended with code {_server.ExitCode} before it was ready.");
    }

    /// <summary>Ends the server as an operator's restart does: connections are cut, and nothing is lost.</summary>
    public async Task StopAsync()
    {
        if (_server is null) return;
        _server.StandardInput.Close();
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _starting.Dispose();
        _folder.Delete(recursive: true);
    }

    private string ConnectionTo(string database) => $"Host=127.0.0.1;Port={_port};Username={Owner};Database={database}";

    private async Task MakeAsync(string data)
    {
        // It refuses to run as root, and wants a folder of its own.
        if (Environment.IsPrivilegedProcess)
        {
            using var own = Process.Start("chown", ["postgres", _folder.FullName]);
            await own.WaitForExitAsync();
        }
        using var make = Start([Path.Combine(Programs!, "initdb"), "-D", data, "-U", Owner, "-A", "trust", "-E", "UTF8", "--no-locale",
            "--no-sync"]);
        var words = await make.StandardError.ReadToEndAsync();
        await make.WaitForExitAsync();
        Assert.True(make.ExitCode == 0, words);
    }

    // The shell ends the program when its input is closed, as it is when the tests are killed too.
    private static Process Begin(string program, params string[] arguments)
        => Start(["bash", "-c", "exec 3<&0; \"$@\" 3<&- </dev/null & pid=$!; (read -r _ <&3; kill -INT $pid 2>/dev/null) & wait $pid",
            "bash", Path.Combine(Programs!, program), .. arguments]);

    private static Process Start(string[] command)
    {
        if (Environment.IsPrivilegedProcess) command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. command];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
