using System.CommandLine;
using Playground.Core;

namespace Playground.Cli.Commands;

/// <summary>Words of the script <c>./playground</c>, which it carries out itself; here for the help.</summary>
internal static class LauncherCommand
{
    public static Command Create(string name, string description)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(Refuse);
        return command;

        int Refuse(ParseResult _)
            => throw new PlaygroundException($"'{name}' is a word of the script that sets everything up first: run ./playground {name}.");
    }
}
