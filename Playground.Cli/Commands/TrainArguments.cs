using System.CommandLine;
using Playground.Core;
using Playground.Core.Training;

namespace Playground.Cli.Commands;

/// <summary>The options of <c>train</c> that make up <see cref="TrainingOptions"/>, one for each of its settings.</summary>
internal static class TrainArguments
{
    private static readonly IReadOnlyList<(Setting Setting, Option Option)> s_all =
        [.. Setting.Of<TrainingOptions>().Select(s => (s, SettingOptions.Of<TrainingOptions>(s)))];

    public static IEnumerable<Option> All => s_all.Select(a => a.Option);

    /// <exception cref="PlaygroundException">An option was given that the model of <c>--from</c> settles.</exception>
    public static void RefuseSchedule(ParseResult parsed)
    {
        if (s_all.FirstOrDefault(a => a.Setting.IsModels && parsed.GetResult(a.Option) is { Implicit: false }).Option is { } given)
            throw new PlaygroundException($"{given.Name} is settled by the model that --from names; leave it out.");
    }

    /// <exception cref="PlaygroundException">A value is out of its range.</exception>
    public static TrainingOptions Read(ParseResult parsed)
    {
        var options = new TrainingOptions();
        foreach (var (setting, option) in s_all) setting.Set(options, SettingOptions.Read(parsed, setting, option));
        options.Validate();
        return options;
    }
}
