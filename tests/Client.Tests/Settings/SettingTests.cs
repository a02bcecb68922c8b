using System.Globalization;
using System.Reflection;
using System.Resources;
using Playground.Client.Contracts;
using Playground.Client.Resources;
using Playground.Core.Tests;

namespace Playground.Client.Tests.Settings;

/// <summary>Every setting is declared once and whole: flags, fields, the API's schema and the guide's tables are made of it.</summary>
public sealed class SettingTests
{
    private static readonly IReadOnlyList<Setting> s_training = Setting.Of<TrainingOptions>(), s_sampling = Setting.Of<SampleRequest>();

    public static TheoryData<string> All => [.. s_training.Select(s => $"training {s.Name}"),
        .. s_sampling.Select(s => $"sampling {s.Name}")];

    [Fact]
    public void Every_property_of_a_training_is_a_setting()
        => Assert.Equal(typeof(TrainingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite).Select(p => p.Name.ToUpperInvariant()).Order(), s_training.Select(s => s.Name.ToUpperInvariant())
            .Order());

    [Theory]
    [MemberData(nameof(All))]
    public void A_setting_has_a_range_or_choices_and_a_default_within_them(string name)
    {
        var setting = Find(name);
        Assert.True(setting.IsSwitch || setting.Choices is { Count: > 1 } || setting.Least is not null, $"{name} has no range");
        Assert.Null(setting.ProblemOf(name.StartsWith("training", StringComparison.Ordinal) ? new TrainingOptions() : new SampleRequest(),
            name));
        Assert.True(setting.IsOptional || setting.Default is not null);
        Assert.NotEqual("any", setting.Allowed);
        if (setting.OnlyFor is { } only) Assert.Contains(only.Value, s_training.Single(s => s.Name == only.Name).Choices!);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_setting_says_in_every_language_what_it_is_and_what_it_does(string name)
    {
        var setting = Find(name);
        var texts = new ResourceManager(name.StartsWith("training", StringComparison.Ordinal)
            ? typeof(TrainingSettingTexts) : typeof(SamplingSettingTexts));
        foreach (var language in Languages.All)
        {
            var own = texts.GetResourceSet(language == Languages.Default ? CultureInfo.InvariantCulture : language.Culture,
                createIfNotExists: true, tryParents: false)!;
            Assert.All(new[] { "Field", "Hint" }, kind => Assert.NotEqual("", own.GetString($"{kind}_{setting.Name}") ?? ""));
        }
    }

    [Fact]
    public void No_two_settings_of_a_command_share_a_flag()
    {
        Assert.Equal(s_training.Count, s_training.DistinctBy(s => s.Flag).Count());
        Assert.Equal(s_sampling.Count, s_sampling.DistinctBy(s => s.Flag).Count());
    }

    [Fact]
    public void The_guide_lists_every_setting_of_a_training_as_it_is_declared()
    {
        var table = s_training.Select(s => $"| `{s.Flag}` | `{s.Name}` | {Default(s)} | {Allowed(s)} | {s.EnglishHint} |");
        Assert.Contains(string.Join('\n', table), Guide("training.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_guide_lists_every_setting_of_a_sampling_as_it_is_declared()
    {
        var guide = Guide("api.md").Split('\n');
        Assert.All(s_sampling, s => Assert.Contains(guide,
            line => line.StartsWith($"| `{s.Name}` | {(s.Default is string text ? $"`\"{text}\"`" : Default(s))} | {Allowed(s)}",
                StringComparison.Ordinal)));
    }

    private static Setting Find(string name)
        => (name.StartsWith("training", StringComparison.Ordinal) ? s_training : s_sampling).Single(s => s.Name == name.Split(' ')[1]);

    private static string Default(Setting setting) => setting.Default switch
    {
        null => "–",
        string text => $"`{text}`",
        bool when setting.Words is { } words => $"`{(setting.Default is true ? words.On : words.Off)}`",
        bool on => on ? "on" : "off",
        double number => number.ToString("0.#####", CultureInfo.InvariantCulture),
        var value => Setting.Text(value),
    };

    private static string Allowed(Setting setting) => setting.Choices is { } choices ? string.Join(", ", choices.Select(c => $"`{c}`"))
        : setting.Words is { } words ? $"`{words.Off}`, `{words.On}`"
        : setting.IsSwitch ? "on, off"
        : setting.Allowed;

    private static string Guide(string file) => File.ReadAllText(Path.Combine(Repository.Root, "docs", file));
}
