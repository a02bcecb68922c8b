namespace Playground.Notices;

/// <summary>A package that the program is made of.</summary>
/// <param name="Name">As its registry spells it.</param>
/// <param name="Version">The restored one.</param>
/// <param name="Licenses">SPDX identifiers of the licenses that apply, each with a text in <see cref="LicenseTexts"/>.</param>
/// <param name="Holders">Who holds the copyright, as the package says it; empty where it says nothing.</param>
/// <param name="Home">Its page, or null.</param>
/// <param name="Files">License and notice files that it carries, relative to its folder.</param>
internal sealed record ThirdPartyPackage(
    string Name, string Version, IReadOnlyList<string> Licenses, string Holders, string? Home, IReadOnlyList<string> Files);
