using System.Text.RegularExpressions;

namespace Playground.Notices;

/// <summary>The licenses that a package may have: those whose text is in <c>Licenses/</c>, by SPDX identifier.</summary>
internal static partial class LicenseTexts
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Licenses");

    /// <summary>Whether a package may have it.</summary>
    public static bool IsKnown(string spdx) => File.Exists(PathOf(spdx));

    /// <summary>The text, without a copyright line.</summary>
    public static string Read(string spdx) => File.ReadAllText(PathOf(spdx)).ReplaceLineEndings("\n").Trim('\n', '\f');

    /// <summary>The license, and one that it is written as additions to and asks to be given with it.</summary>
    public static IEnumerable<string> WithCompanions(string spdx) => spdx == "LGPL-3.0-or-later" ? [spdx, "GPL-3.0-or-later"] : [spdx];

    /// <summary>The licenses of an SPDX expression that apply: all that AND joins, the first known one that OR joins.</summary>
    /// <returns>Null where none of the choices is known.</returns>
    public static IReadOnlyList<string>? Choose(string expression)
    {
        foreach (var choice in expression.Trim('(', ')', ' ').Split(" OR "))
        {
            var parts = choice.Trim('(', ')', ' ').Split(" AND ", StringSplitOptions.TrimEntries);
            if (parts.All(IsKnown)) return parts;
        }
        return null;
    }

    /// <summary>Which license a file's text is, or null.</summary>
    public static string? Recognize(string text)
    {
        var words = Spaces().Replace(text, " ");
        if (words.Contains("Permission is hereby granted, free of charge", StringComparison.Ordinal)) return "MIT";
        if (words.Contains("Apache License Version 2.0", StringComparison.Ordinal)) return "Apache-2.0";
        if (words.Contains("Permission to use, copy, modify, and/or distribute this software", StringComparison.Ordinal)) return "ISC";
        if (!words.Contains("Redistribution and use in source and binary forms", StringComparison.Ordinal)) return null;
        return words.Contains("endorse or promote products", StringComparison.Ordinal) ? "BSD-3-Clause" : "BSD-2-Clause";
    }

    private static string PathOf(string spdx) => Path.Combine(s_folder, spdx + ".txt");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
