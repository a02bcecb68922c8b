using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Playground.Cli;

/// <summary>Numbers of the command line: a comma is no part of one, whatever the default conversion makes of it.</summary>
internal static class NumberOptions
{
    /// <summary>Makes all numeric options of the command and its subcommands refuse what is not exactly a number.</summary>
    public static void ReadStrictly(Command command)
    {
        foreach (var option in command.Options) ReadStrictly(option);
        foreach (var subcommand in command.Subcommands) ReadStrictly(subcommand);
    }

    private static void ReadStrictly(Option option)
    {
        switch (option)
        {
            case Option<int> o: o.CustomParser = r => Whole<int>(o, r); break;
            case Option<int?> o: o.CustomParser = r => Whole<int>(o, r); break;
            case Option<long> o: o.CustomParser = r => Whole<long>(o, r); break;
            case Option<ulong> o: o.CustomParser = r => Whole<ulong>(o, r); break;
            case Option<float?> o: o.CustomParser = r => Real<float>(o, r); break;
            case Option<double> o: o.CustomParser = r => Real<double>(o, r); break;
            case Option<double?> o: o.CustomParser = r => Real<double>(o, r); break;
        }
    }

    private static T Whole<T>(Option option, ArgumentResult result) where T : struct, INumber<T>, IMinMaxValue<T>
        => Read<T>(option, result, NumberStyles.Integer, BigInteger.TryParse(Text(result), NumberStyles.Integer,
            CultureInfo.InvariantCulture, out _) ? $"a whole number from {T.MinValue} to {T.MaxValue}" : "a whole number");

    private static T Real<T>(Option option, ArgumentResult result) where T : struct, INumber<T>
        => Read<T>(option, result, NumberStyles.Float, "a number, such as 1.5");

    private static T Read<T>(Option option, ArgumentResult result, NumberStyles styles, string wanted) where T : struct, INumber<T>
    {
        if (!T.TryParse(Text(result), styles, CultureInfo.InvariantCulture, out var value))
            result.AddError($"{option.Name} is '{Text(result)}'; it must be {wanted}.");
        return value;
    }

    private static string Text(ArgumentResult result) => result.Tokens[^1].Value;
}
