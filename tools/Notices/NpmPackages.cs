using System.Text.Json;

namespace Playground.Notices;

/// <summary>The npm packages behind the pages' scripts, from the lock file and the packages' own descriptions.</summary>
internal static class NpmPackages
{
    // Stated in their read-me only.
    private static readonly Dictionary<string, string> s_stated = new() { ["combine-errors"] = "MIT" };

    /// <summary>The packages that package.json names, and those that they need in turn, each by name.</summary>
    /// <exception cref="NoticesException">They are not installed, or a license is not known.</exception>
    public static (IReadOnlyList<ThirdPartyPackage> Direct, IReadOnlyList<ThirdPartyPackage> Needed) Read(string root)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "package-lock.json")));
        var packages = file.RootElement.GetProperty("packages");
        var named = packages.GetProperty("").GetProperty("dependencies");
        var all = packages.EnumerateObject()
            .Where(p => p.Name.Length > 0 && !Is(p.Value, "dev") && !Is(p.Value, "optional"))
            .Select(p => (IsNamed: named.TryGetProperty(p.Name["node_modules/".Length..], out _), Package: Describe(root, p.Name)))
            .OrderBy(p => p.Package.Name, StringComparer.OrdinalIgnoreCase).ToLookup(p => p.IsNamed, p => p.Package);
        return ([.. all[true]], [.. all[false]]);
    }

    private static bool Is(JsonElement package, string flag) => package.TryGetProperty(flag, out var set) && set.GetBoolean();

    private static ThirdPartyPackage Describe(string root, string path)
    {
        var folder = Path.Combine(root, path);
        var description = Path.Combine(folder, "package.json");
        if (!File.Exists(description)) throw new NoticesException($"{path} is not installed: run 'npm ci --ignore-scripts' first.");
        using var json = JsonDocument.Parse(File.ReadAllBytes(description));
        var (name, version) = (Text(json.RootElement, "name")!, Text(json.RootElement, "version")!);
        var license = Text(json.RootElement, "license") ?? s_stated.GetValueOrDefault(name);
        var chosen = license is null ? null : LicenseTexts.Choose(license);
        if (chosen is null) throw new NoticesException(LicenseWords.Unknown($"{name} {version}", license));
        string[] paths = [.. Directory.EnumerateFiles(folder).Where(LicenseFiles.IsOne).Order(StringComparer.Ordinal)];
        string[] files = [.. paths.Select(p => Path.GetFileName(p))];
        var holders = paths.Select(f => LicenseFiles.Holders(File.ReadAllText(f))).FirstOrDefault(h => h.Length > 0);
        return new(name, version, chosen, holders ?? Person(json.RootElement) ?? "", Text(json.RootElement, "homepage"), files);
    }

    private static string? Person(JsonElement package)
        => package.TryGetProperty("author", out var author) && author.ValueKind == JsonValueKind.Object
            ? Text(author, "name")
            : Text(package, "author")?.Split('<')[0].Trim();

    private static string? Text(JsonElement package, string name)
    {
        if (!package.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        return value.GetString() is { Length: > 0 } text ? text : null;
    }
}
