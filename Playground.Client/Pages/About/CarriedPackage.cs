using System.Text.RegularExpressions;

namespace Playground.Client.Pages.About;

/// <summary>Somebody else's work that the program carries, as <c>THIRD-PARTY-NOTICES.md</c> lists it.</summary>
/// <param name="Name">Of the package.</param>
/// <param name="Address">Its home; null where it names none.</param>
/// <param name="Version">The one that is carried.</param>
/// <param name="License">SPDX identifier.</param>
internal sealed partial record CarriedPackage(string Name, Uri? Address, string Version, string License)
{
    private const string Notices = "Playground.Client.THIRD-PARTY-NOTICES.md";

    /// <summary>By name.</summary>
    public static IReadOnlyList<CarriedPackage> All { get; } = [.. Read().OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];

    private static IEnumerable<CarriedPackage> Read()
    {
        using var stream = typeof(CarriedPackage).Assembly.GetManifestResourceStream(Notices)!;
        using var reader = new StreamReader(stream);
        return [.. Row().Matches(reader.ReadToEnd()).Select(m => new CarriedPackage(m.Groups["name"].Value.Trim(),
            Uri.TryCreate(m.Groups["address"].Value, UriKind.Absolute, out var address) ? address : null, m.Groups["version"].Value,
            m.Groups["license"].Value))];
    }

    [GeneratedRegex("""
        ^\| (?:\[(?<name>[^\]]+)\]\((?<address>[^)]+)\)|(?<name>[^|\[]+)) \| (?<version>[0-9][^ |]*) \| (?<license>[^ |]+) \|
        """, RegexOptions.Multiline)]
    private static partial Regex Row();
}
