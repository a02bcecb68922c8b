using System.CommandLine;
using Playground.Core;

namespace Playground.Cli.Commands;

/// <summary>The flags of a record of settings, each with its default and the sentence that the pages have too.</summary>
internal static class SettingOptions
{
    /// <summary>The flag of one setting.</summary>
    /// <param name="name">The setting's name in camelCase.</param>
    /// <param name="hint">What it does, where the command knows more; null: the setting's own sentence.</param>
    public static Option<TValue> Of<TRecord, TValue>(string name, string? hint = null) where TRecord : new()
    {
        var setting = Setting.Of<TRecord>(name);
        var option = new Option<TValue>(setting.Flag) { Description = hint ?? Describe<TRecord>(setting) };
        if (setting.Default is TValue value && setting.Default is not false) option.DefaultValueFactory = _ => value;
        return option;
    }

    /// <summary>The flag of one setting, of the kind that its value is.</summary>
    public static Option Of<TRecord>(Setting setting) where TRecord : new() => setting switch
    {
        { Words: { } words } => new Option<string>(setting.Flag)
        {
            DefaultValueFactory = _ => setting.Default is true ? words.On : words.Off,
            Description = $"{words.Off} or {words.On}. {setting.Hint}",
        },
        { IsOptional: true } => Of<TRecord, double?>(setting.Name),
        _ when setting.Type == typeof(int) => Of<TRecord, int>(setting.Name),
        _ when setting.Type == typeof(ulong) => Of<TRecord, ulong>(setting.Name),
        _ when setting.Type == typeof(double) => Of<TRecord, double>(setting.Name),
        _ when setting.Type == typeof(bool) => Of<TRecord, bool>(setting.Name),
        _ => Of<TRecord, string>(setting.Name),
    };

    /// <summary>What the command line says of a setting.</summary>
    /// <exception cref="PlaygroundException">It is none of the two words that it knows.</exception>
    public static object? Read(ParseResult parsed, Setting setting, Option option) => option switch
    {
        Option<int> number => parsed.GetValue(number),
        Option<ulong> number => parsed.GetValue(number),
        Option<double> number => parsed.GetValue(number),
        Option<double?> number => parsed.GetValue(number),
        Option<bool> flag => parsed.GetValue(flag),
        Option<string> text when setting.Words is { } words => parsed.GetRequiredValue(text) switch
        {
            var word when word == words.On => true,
            var word when word == words.Off => false,
            var word => throw new PlaygroundException($"{setting.Flag} is '{word}'; it must be {words.Off} or {words.On}."),
        },
        Option<string> text => parsed.GetRequiredValue(text),
        _ => throw new InvalidOperationException($"{setting.Flag} is of a kind that the command line does not know."),
    };

    private static string Describe<TRecord>(Setting setting) where TRecord : new() => (setting.Choices, setting.OnlyFor) switch
    {
        ({ } choices, _) => $"{setting.Hint} One of: {string.Join(", ", choices)}",
        (_, { } only) => $"With {Setting.Of<TRecord>(only.Name).Flag} {only.Value}: {setting.Hint}",
        _ => setting.Hint,
    };
}
