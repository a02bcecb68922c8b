using System.CommandLine;
using Playground.Cli.Commands;

namespace Playground.Cli.Tests;

/// <summary>Every numeric option of every command.</summary>
public sealed class NumberOptionsTests
{
    private static readonly Command s_root = Root();

    public static TheoryData<string, string, bool> Options => [.. s_root.Subcommands.SelectMany(c => c.Options
        .Where(o => IsNumber(o.ValueType)).Select(o => (c.Name, o.Name, IsWhole(o.ValueType))))];

    [Theory]
    [MemberData(nameof(Options))]
    public void A_numeric_option_takes_a_number_and_refuses_all_else_in_one_sentence(string command, string option, bool isWhole)
    {
        Assert.Empty(Errors(command, option, "3"));
        if (!isWhole) Assert.Empty(Errors(command, option, "1.5e-1"));
        var wanted = isWhole ? "a whole number." : "a number, such as 1.5.";
        foreach (var text in new[] { "abc", "1,5", "1,000", "", isWhole ? "5.5" : "1.5.5" })
            Assert.Equal([$"{option} is '{text}'; it must be {wanted}"], Errors(command, option, text));
    }

    [Fact]
    public void A_whole_number_beyond_its_range_is_told_the_range()
    {
        Assert.Equal(["--steps is '3000000000'; it must be a whole number from -2147483648 to 2147483647."],
            Errors("sample", "--steps", "3000000000"));
        Assert.Equal(["--seed is '-1'; it must be a whole number from 0 to 18446744073709551615."], Errors("train", "--seed", "-1"));
    }

    private static string[] Errors(string command, string option, string text) => [.. s_root.Parse([command, option, text]).Errors
        .Select(e => e.Message).Where(m => m.Contains(option, StringComparison.Ordinal))];

    private static bool IsWhole(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) is >= TypeCode.SByte
        and <= TypeCode.UInt64;

    private static bool IsNumber(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) is >= TypeCode.SByte
        and <= TypeCode.Decimal;

    private static Command Root()
    {
        var root = new Command("playground")
        {
            TrainCommand.Create(), SampleCommand.Create(), InterpolateCommand.Create(), TrainFeaturesCommand.Create(),
            EvaluateCommand.Create(), EvaluatePromptsCommand.Create(), StatsCommand.Create(),
        };
        NumberOptions.ReadStrictly(root);
        return root;
    }
}
