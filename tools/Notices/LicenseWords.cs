namespace Playground.Notices;

/// <summary>Sentences that both registries' readers share.</summary>
internal static class LicenseWords
{
    /// <summary>A package may not be used before somebody has read its license.</summary>
    public static string Unknown(string package, string? license)
        => $"{package} {(license is null ? "states no license" : $"has the license '{license}'")}, "
            + "which is not one of those in tools/Notices/Licenses. "
            + "Read it; if the project can meet its terms, add its text there under its SPDX name, otherwise use another package.";
}
