using System.CommandLine;
using Playground.Cli.Commands;
using Playground.Core;
using Playground.Core.Engine;

namespace Playground.Cli;

/// <summary>
/// Exit codes and error sentences that every command shares: 0 done, 2 bad input, 1 a fault of the program, 130 interrupted.
/// </summary>
internal static class CommandLine
{
    private const int Broken = 1, BadInput = 2, Interrupted = 130;
    private const string Trace = "PLAYGROUND_TRACE";

    public static async Task<int> RunAsync(Command root, string[] args)
    {
        NumberOptions.ReadStrictly(root);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync(string.Join(" ", (string[])[.. parsed.Errors.Select(e => e.Message),
                .. Suggestions.For(parsed), "See --help."]));
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
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return Interrupted;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(Fault(e));
            return Broken;
        }
    }

    // One line, whatever it is: libtorch's faults bring their own stack along, line by line.
    private static string Fault(Exception e)
    {
        if (Environment.GetEnvironmentVariable(Trace) is { Length: > 0 }) return $"{e}";
        var reason = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "";
        return e is OutOfMemoryException || reason.Contains("not enough memory", StringComparison.OrdinalIgnoreCase)
            ? $"There is not enough memory for this: {reason} Make the batch or the number of images smaller."
            : $"The program failed ({e.GetType().Name}): {reason} This is a fault of the program; {Trace}=1 shows where it is.";
    }
}
