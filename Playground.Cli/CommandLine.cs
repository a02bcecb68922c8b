using System.CommandLine;
using Playground.Cli.Commands;
using Playground.Core;
using Playground.Core.Engine;

namespace Playground.Cli;

/// <summary>Exit codes and error sentences that every command shares: 0 done, 2 bad input, 1 a fault of the program.</summary>
internal static class CommandLine
{
    private const int BadInput = 2;

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{string.Join(" ", parsed.Errors.Select(e => e.Message))} See --help.");
            return BadInput;
        }
        try
        {
            // The doctor says by itself what is wrong with libtorch.
            if (parsed.CommandResult.Command.Name != DoctorCommand.Name) TorchEngine.Initialize();
            return await parsed.InvokeAsync(new InvocationConfiguration
            { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
        }
        catch (PlaygroundException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return BadInput;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"A file could not be read or written: {e.Message}");
            return BadInput;
        }
    }
}
