using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Playground.Core.Tests;

/// <summary>The real server, in a process of its own on a free port of 127.0.0.1, with a data folder and a models folder that go with it.</summary>
public sealed partial class ServerProcess : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("server-").FullName;
    private Process? _process;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public string Data => Path.Combine(_folder, "data");

    public async ValueTask InitializeAsync()
    {
        var models = Directory.CreateDirectory(Path.Combine(_folder, "models")).FullName;
        using (var model = new TinyModel()) await CopyAsync(model.Folder, Path.Combine(models, "tiny"));
        await CopyAsync(Path.Combine(Repository.Root, "models", "mnist"), Path.Combine(models, "mnist"));
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Playground.Server.dll"), "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true, WorkingDirectory = Path.Combine(Repository.Root, "Playground.Server") };
        info.Environment["Playground__Data"] = Data;
        info.Environment["Playground__Models"] = models;
        _process = Process.Start(info) ?? throw new InvalidOperationException("dotnet did not start.");
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is not { Success: true } match) continue;
            Address = new Uri(match.Groups[1].Value);
            _ = _process.StandardOutput.ReadToEndAsync();
            return;
        }
        throw new InvalidOperationException($"The server ended with code {_process.ExitCode} before it listened.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
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
