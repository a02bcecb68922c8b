using System.Text;

namespace Playground.Notices;

/// <summary>The page of third-party notices: who made what the program is built from, and on which terms it may be passed on.</summary>
internal static class NoticesPage
{
    /// <summary>At the root of the repository.</summary>
    public const string FileName = "THIRD-PARTY-NOTICES.md";

    private static readonly string[] s_published = ["Playground.Server", "Playground.Cli"];

    // What lies in the program and came in no package.
    private static readonly ThirdPartyPackage[] s_data =
    [
        new("Vocabulary of CLIP's text encoders", "2021", ["MIT"], "Copyright (c) 2021 OpenAI", "https://github.com/openai/CLIP",
            ["Core/Text/bpe_simple_vocab_16e6.LICENSE.txt"]),
    ];

    /// <summary>The page, from the packages as they are restored for this platform.</summary>
    /// <param name="root">The repository.</param>
    /// <exception cref="NoticesException">Packages are not restored, or a license is not known.</exception>
    public static string Write(string root)
    {
        var nuget = NuGetPackages.Read(root, s_published);
        var (scripts, needed) = NpmPackages.Read(root);
        var page = new StringBuilder();
        page.Append("""
            # Third-party notices

            Written by `./playground notices` from the packages that are restored on Linux (x64); do not edit it by hand. A published
            program carries the license and notice files of its packages in `licenses/`. The
            [.NET runtime](https://github.com/dotnet/runtime/blob/main/THIRD-PARTY-NOTICES.TXT) comes with notices of its own.

            ## NuGet packages


            """);
        Table(page, nuget);
        page.Append("\n## Scripts of the pages (npm)\n\n");
        Table(page, scripts);
        page.Append("\nThey need these packages, and may contain parts of them:\n\n");
        Table(page, needed);
        page.Append("\n## Data\n\n");
        Table(page, s_data);
        page.Append("\n## Licenses\n");
        var licenses = nuget.Concat(scripts).Concat(needed).Concat(s_data).SelectMany(p => p.Licenses)
            .SelectMany(LicenseTexts.WithCompanions);
        foreach (var license in licenses.Distinct().Order(StringComparer.Ordinal))
            page.Append('\n').Append("### ").Append(license).Append("\n\n```text\n").Append(LicenseTexts.Read(license)).Append("\n```\n");
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void Table(StringBuilder page, IReadOnlyList<ThirdPartyPackage> packages)
    {
        page.Append("| package | version | license | copyright | its own files |\n|---|---|---|---|---|\n");
        foreach (var p in packages)
        {
            var name = p.Home is null ? p.Name : $"[{p.Name}]({p.Home})";
            var files = p.Files.Select(f => $"`{f}`");
            page.Append($"| {name} | {p.Version} | {string.Join(", ", p.Licenses)} | {Cell(p.Holders)} | {string.Join(", ", files)} |\n");
        }
    }

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
