using Spectre.Console;

namespace Playground.Cli;

/// <summary>
/// Standard error as people see it: colors and lines that renew themselves on a terminal, plain text in a file or a pipe.
/// </summary>
internal static class Terminal
{
    /// <summary>What writes to it.</summary>
    public static IAnsiConsole Error() => AnsiConsole.Create(Console.IsErrorRedirected
        ? new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = Out }
        : new() { Out = Out });

    /// <summary>A time that is left, in its two largest units.</summary>
    public static string Text(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{time.Days} d {time.Hours} h",
        { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{time.Seconds} s",
    };

    private static AnsiConsoleOutput Out => new(Console.Error);
}
