using System.ComponentModel.DataAnnotations;

namespace Playground.Settings;

/// <summary>
/// Marks a property as a setting that people give: on the command line, in a field of a page, in a request of the API. Its range is its
/// <see cref="RangeAttribute"/>, its choices are its <see cref="AllowedValuesAttribute"/>, its default is what a new record has. What it is
/// called and what it does is in the texts of its record, under <c>Field_NAME</c> and <c>Hint_NAME</c>.
/// </summary>
/// <param name="group">The settings that it stands with on a page.</param>
/// <param name="flag">Its name on the command line, without dashes.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string group, string flag) : Attribute
{
    /// <summary>The settings that it stands with on a page.</summary>
    public string Group { get; } = group;

    /// <summary>Its name on the command line, without dashes.</summary>
    public string Flag { get; } = flag;

    /// <summary>What is allowed, in words, where the range or the choices alone do not say it.</summary>
    public string? Allowed { get; init; }

    /// <summary>Another setting and the value of it for which alone this one counts, such as <c>loss=huber</c>.</summary>
    public string? OnlyFor { get; init; }

    /// <summary>Whether a model that is trained further settles it.</summary>
    public bool IsModels { get; init; }

    /// <summary>For a switch that the command line knows as two words: the word for off and the word for on, such as
    /// <c>constant,cosine</c>.</summary>
    public string? Words { get; init; }
}

/// <summary>Marks a record of settings with the texts of them.</summary>
/// <param name="texts">Stands for the resource files that are named after it.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SettingTextsAttribute(Type texts) : Attribute
{
    /// <summary>Stands for the resource files that are named after it.</summary>
    public Type Texts { get; } = texts;
}
