using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text.Json;

namespace Playground.Settings;

/// <summary>
/// A setting as its property declares it. Flags, fields, checks, the API's schema and the tables of the guide are made of it.
/// </summary>
public sealed class Setting
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Setting>> s_of = [];

    private readonly PropertyInfo _property;
    private readonly SettingAttribute _declared;
    private readonly ResourceManager _texts;

    private Setting(PropertyInfo property, SettingAttribute declared, object defaults)
    {
        (_property, _declared) = (property, declared);
        _texts = new ResourceManager(property.DeclaringType!.GetCustomAttribute<SettingTextsAttribute>()!.Texts);
        Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        IsOptional = Type != property.PropertyType;
        Default = property.GetValue(defaults);
        Choices = property.GetCustomAttribute<AllowedValuesAttribute>()?.Values.Cast<string>().ToList();
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range) return;
        (Least, Most) = (Bound(range.Minimum), Bound(range.Maximum));
        (IsLeastExcluded, IsMostExcluded) = (range.MinimumIsExclusive, range.MaximumIsExclusive);
    }

    /// <summary>The settings of a record, in the order in which it declares them.</summary>
    public static IReadOnlyList<Setting> Of<TRecord>() where TRecord : new() => s_of.GetOrAdd(typeof(TRecord), type =>
    {
        object defaults = new TRecord();
        return [.. from property in type.GetProperties()
                   let declared = property.GetCustomAttribute<SettingAttribute>()
                   where declared is not null
                   select new Setting(property, declared, defaults)];
    });

    /// <summary>One setting of a record.</summary>
    /// <param name="name">In camelCase.</param>
    /// <exception cref="InvalidOperationException">The record has none of that name.</exception>
    public static Setting Of<TRecord>(string name) where TRecord : new() => Of<TRecord>().Single(s => s.Name == name);

    /// <summary>In camelCase, as JSON has it.</summary>
    public string Name { get; }

    /// <summary>On the command line, with its dashes.</summary>
    public string Flag => "--" + _declared.Flag;

    /// <summary>The settings that it stands with on a page.</summary>
    public string Group => _declared.Group;

    /// <summary>Of its values, where there is one.</summary>
    public Type Type { get; }

    /// <summary>Whether it may be left empty.</summary>
    public bool IsOptional { get; }

    /// <summary>Whether it is a whole number.</summary>
    public bool IsWhole => Type == typeof(int) || Type == typeof(long) || Type == typeof(ulong);

    /// <summary>Whether it is on or off.</summary>
    public bool IsSwitch => Type == typeof(bool);

    /// <summary>For a switch that the command line knows as two words: those for off and on.</summary>
    public (string Off, string On)? Words => _declared.Words?.Split(',') is [var off, var on] ? (off, on) : null;

    /// <summary>The values to choose from; null: any.</summary>
    public IReadOnlyList<string>? Choices { get; }

    /// <summary>Smallest number; null: any that its kind can hold.</summary>
    public double? Least { get; }

    /// <summary>Largest number; null: any that its kind can hold.</summary>
    public double? Most { get; }

    /// <summary>Whether it must be above <see cref="Least"/>.</summary>
    public bool IsLeastExcluded { get; }

    /// <summary>Whether it must be below <see cref="Most"/>.</summary>
    public bool IsMostExcluded { get; }

    /// <summary>Its value where nobody says one.</summary>
    public object? Default { get; }

    /// <summary>Whether a model that is trained further settles it.</summary>
    public bool IsModels => _declared.IsModels;

    /// <summary>Another setting, and the value of it for which alone this one counts.</summary>
    public (string Name, string Value)? OnlyFor => _declared.OnlyFor?.Split('=') is [var name, var value] ? (name, value) : null;

    /// <summary>What is allowed, in words, to follow "it must be".</summary>
    public string Allowed => _declared.Allowed ?? (Choices is { } choices ? $"one of: {string.Join(", ", choices)}"
        : IsSwitch ? "true or false"
        : (Least, Most) switch
        {
            ({ } least, { } most) when IsLeastExcluded => $"above {Text(least)} and {(IsMostExcluded ? "below" : "at most")} {Text(most)}",
            ({ } least, { } most) => $"{Text(least)} to {(IsMostExcluded ? "below " : "")}{Text(most)}",
            ({ } least, null) => IsLeastExcluded ? $"above {Text(least)}" : $"{Text(least)} or more",
            (null, { } most) => IsMostExcluded ? $"below {Text(most)}" : $"at most {Text(most)}",
            _ => "any",
        });

    /// <summary>What it is called, in the language of the thread.</summary>
    public string Label => TextOf("Field", CultureInfo.CurrentUICulture);

    /// <summary>What it does, in one or two sentences in the language of the thread.</summary>
    public string Hint => TextOf("Hint", CultureInfo.CurrentUICulture);

    /// <summary>What it does, in English.</summary>
    public string EnglishHint => TextOf("Hint", CultureInfo.InvariantCulture);

    /// <summary>Its value in a record.</summary>
    public object? Get(object record) => _property.GetValue(record);

    /// <summary>Gives it a value, in a record that nobody else has yet.</summary>
    public void Set(object record, object? value) => _property.SetValue(record, value);

    /// <summary>What is wrong with its value in a record: one sentence with the value and what is allowed; null: nothing.</summary>
    /// <param name="record">The record.</param>
    /// <param name="name">What the sentence calls the setting.</param>
    public string? ProblemOf(object record, string name)
    {
        var value = Get(record);
        if (value is null ? IsOptional : IsAllowed(value)) return null;
        var shown = value is string or null ? $"'{value}'" : Text(value);
        return $"{name} is {shown}; it must be {Allowed}.";
    }

    /// <summary>A value as it is written in messages, tables and on the command line.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    private bool IsAllowed(object value)
    {
        if (value is string text) return Choices?.Contains(text) != false;
        if (value is bool) return true;
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return double.IsFinite(number)
            && (Least is not { } least || (IsLeastExcluded ? number > least : number >= least))
            && (Most is not { } most || (IsMostExcluded ? number < most : number <= most));
    }

    // What a kind of number can hold at most is no limit that anybody needs to be told.
    private static double? Bound(object value)
    {
        if (value is int.MaxValue or long.MaxValue or ulong.MaxValue or "9223372036854775807" or "18446744073709551615") return null;
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? number : null;
    }

    private string TextOf(string kind, CultureInfo culture) => _texts.GetString($"{kind}_{Name}", culture) ?? "";
}
