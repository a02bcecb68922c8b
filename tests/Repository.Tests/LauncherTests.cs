using System.Diagnostics;
using Playground.Core.Tests;

namespace Playground.RepositoryTests;

/// <summary>The script ./playground, with programs that only say how they were called.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("launcher-").FullName;

    public LauncherTests()
    {
        foreach (var folder in new[] { "bin", "Playground.Server" }) Directory.CreateDirectory(Path.Combine(_folder, folder));
        foreach (var file in new[] { "playground", "package.json", "package-lock.json" })
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(_folder, file));
        foreach (var program in new[] { "dotnet", "node", "npm" })
        {
            var path = Path.Combine(_folder, "bin", program);
            // The copy may be executed, as the script may.
            File.Copy(Path.Combine(Repository.Root, "playground"), path);
            File.WriteAllText(path, "#!/bin/sh\necho \"$(basename \"$1\") $*\"\n");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("http://127.0.0.1:5080", "")]
    [InlineData("http://127.0.0.1:5080", "serve --Playground:Open=true")]
    [InlineData("http://127.0.0.1:5099", "serve --urls http://127.0.0.1:5099")]
    [InlineData("http://127.0.0.1:5099", "--urls http://127.0.0.1:5099")]
    [InlineData("http://[::1]:5099;https://[::1]:5100", "--Playground:Open=true --URLS=http://[::1]:5099;https://[::1]:5100")]
    public async Task The_server_starts_without_a_word_and_its_true_address_is_said(string address, string args)
    {
        var (output, error) = await RunAsync(args);
        Assert.Contains($"playground: serving on {address} (Ctrl-C stops it)", error, StringComparison.Ordinal);
        Assert.StartsWith("Playground.Server.dll ", output, StringComparison.Ordinal);
        foreach (var given in args.Split(' ').Where(a => a != "serve")) Assert.Contains(given, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("-h")]
    [InlineData("sample --help")]
    public async Task What_is_not_the_servers_goes_to_the_command_line(string args)
    {
        var (output, error) = await RunAsync(args);
        Assert.DoesNotContain("serving", error, StringComparison.Ordinal);
        Assert.StartsWith("Playground.Cli.dll ", output, StringComparison.Ordinal);
        Assert.EndsWith(args, output.TrimEnd(), StringComparison.Ordinal);
    }

    // The last line of the output: those before are of the build.
    private async Task<(string Output, string Error)> RunAsync(string args)
    {
        var info = new ProcessStartInfo(Path.Combine(_folder, "playground"), args.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["PATH"] = $"{Path.Combine(_folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        info.Environment.Remove("ASPNETCORE_URLS");
        using var process = Process.Start(info) ?? throw new InvalidOperationException("The script did not start.");
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (output.TrimEnd().Split('\n')[^1], await error);
    }
}
