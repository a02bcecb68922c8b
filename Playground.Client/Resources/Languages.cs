using System.Globalization;

namespace Playground.Client.Resources;

/// <summary>A language that the pages speak.</summary>
/// <param name="Code">Name of its culture, as the <c>lang</c> attribute has it.</param>
/// <param name="Name">What it calls itself.</param>
public sealed record Language(string Code, string Name)
{
    /// <summary>
    /// The culture of texts and of numbers. Each of ours writes numbers with a point before decimals, as fields take them; dates are
    /// written year first, which reads the same everywhere.
    /// </summary>
    public CultureInfo Culture { get; } = CultureInfo.GetCultureInfo(Code);
}

/// <summary>The languages that the pages speak. Each has a resource file beside every English one.</summary>
public static class Languages
{
    /// <summary>What is spoken to those who ask for nothing that there is.</summary>
    public static Language Default { get; } = new("en", "English");

    /// <summary>The default one first.</summary>
    public static IReadOnlyList<Language> All { get; } = [Default, new("zh-Hans", "简体中文")];

    /// <summary>The present one.</summary>
    public static Language Current => Find(CultureInfo.CurrentUICulture.Name) ?? Default;

    /// <summary>The language of a tag such as <c>zh-CN</c> or <c>en-GB</c>; null where there is none.</summary>
    public static Language? Find(string tag)
    {
        var language = tag.Split('-')[0];
        return All.FirstOrDefault(l => l.Code.Split('-')[0].Equals(language, StringComparison.OrdinalIgnoreCase));
    }
}
