using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Playground.Core.Tests;

/// <summary>
/// The real server, in a process of its own on a free port of 127.0.0.1, with a data folder and a models folder that go with it.
/// </summary>
public partial class ServerProcess : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("server-").FullName;
    private readonly ConcurrentQueue<string> _said = new();
    private Process? _process;
    private SlowWire? _wire;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public string Data => Path.Combine(_folder, "data");

    public string Models => Path.Combine(_folder, "models");

    /// <summary>What evaluations can be compared with; made by whoever needs it.</summary>
    public string References => Path.Combine(_folder, "references");

    /// <summary>Feature extractors and CLIP models; made by whoever needs it.</summary>
    public string Features => Path.Combine(_folder, "features");

    /// <summary>The PostgreSQL database that it uses; null: SQLite in the data folder.</summary>
    public string? Connection { get; protected set; }

    /// <summary>Further settings, such as <c>Playground__Uploads__Quota</c>.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    public virtual async ValueTask InitializeAsync()
    {
        var models = Directory.CreateDirectory(Path.Combine(_folder, "models")).FullName;
        using (var model = new TinyModel()) await CopyAsync(model.Folder, Path.Combine(models, "tiny"));
        await CopyAsync(Path.Combine(Repository.Root, "models", "mnist"), Path.Combine(models, "mnist"));
        await StartAsync();
    }

    /// <summary>Starts the server, over the folders as they are.</summary>
    public async Task StartAsync()
    {
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Playground.Server.dll"), "--urls",
            "http://127.0.0.1:0"])
        { RedirectStandardOutput = true, WorkingDirectory = Path.Combine(Repository.Root, "Playground.Server") };
        info.Environment["Playground__Data"] = Data;
        info.Environment["Playground__Models"] = Path.Combine(_folder, "models");
        info.Environment["Playground__References"] = References;
        info.Environment["Playground__Features"] = Features;
        if (Connection is not null) info.Environment["ConnectionStrings__Playground"] = Connection;
        foreach (var (name, value) in Settings) info.Environment[name] = value;
        _process = Process.Start(info) ?? throw new InvalidOperationException("dotnet did not start.");
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is not { Success: true } match) continue;
            if (_wire is not null) await _wire.DisposeAsync();
            _wire = SlowWire.WhereAsked(new(match.Groups[1].Value));
            Address = _wire?.Address ?? new(match.Groups[1].Value);
            _ = HearAsync(_process.StandardOutput);
            return;
        }
        throw new InvalidOperationException($"The server ended with code {_process.ExitCode} before it listened.");
    }

    /// <summary>Ends the server as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Ends the server as an operator's stop does, with SIGTERM, and waits until it has gone.</summary>
    public async Task StopAsync()
    {
        if (_process is null) return;
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>What the server has said since it listens.</summary>
    protected string Said => string.Join('\n', _said);

    /// <summary>Bytes of memory that the server holds.</summary>
    public long ResidentBytes => Process.GetProcessById(_process!.Id).WorkingSet64;

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_wire is not null) await _wire.DisposeAsync();
        GC.SuppressFinalize(this);
        Directory.Delete(_folder, recursive: true);
    }

    // Whatever it says is read: a pipe that is full would stop it.
    private async Task HearAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line) _said.Enqueue(line);
    }

    private static async Task CopyAsync(string folder, string target)
    {
        using var copy = Process.Start("cp", ["-r", folder, target]);
        await copy.WaitForExitAsync();
        Assert.Equal(0, copy.ExitCode);
    }

    [GeneratedRegex("Now listening on: (http://.*)")]
    private static partial Regex Listening();
}
