using System.Diagnostics;

namespace Playground.Cli.Tests;

/// <summary>What one run of the program did.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error);

/// <summary>Runs the real program in a process of its own.</summary>
internal static class Cli
{
    public static async Task<CliRun> RunAsync(params string[] args)
    {
        using var process = Start(args);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CliRun(process.ExitCode, await output, await error);
    }

    public static Process Start(params string[] args)
    {
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Playground.Cli.dll"), .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(info) ?? throw new InvalidOperationException("dotnet did not start.");
    }
}
