using System.Text.Json;
using System.Xml.Linq;

namespace Playground.Notices;

/// <summary>The NuGet packages in what a project publishes, from what its restore wrote and the packages' descriptions.</summary>
internal static class NuGetPackages
{
    private static readonly string[] s_shipped = ["runtime", "native", "runtimeTargets", "resource", "contentFiles", "build"];
    private static readonly string[] s_runtime = ["Microsoft.NETCore.App.", "Microsoft.AspNetCore.App."];

    /// <summary>The packages of all <paramref name="projects"/>, by name.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="projects">Folders of projects in it.</param>
    /// <exception cref="NoticesException">A project is not restored, or a package's license is not known.</exception>
    public static IReadOnlyList<ThirdPartyPackage> Read(string root, params string[] projects)
        => [.. projects.SelectMany(p => FoldersOf(Path.Combine(root, p))).Distinct().Select(Describe)
            .OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];

    private static List<string> FoldersOf(string project)
    {
        using var assets = Assets(project);
        var root = assets.RootElement;
        var stores = root.GetProperty("packageFolders").EnumerateObject().Select(p => p.Name).ToList();
        var libraries = root.GetProperty("libraries");
        var hidden = BuildOnly(root.GetProperty("project").GetProperty("frameworks"));
        var used = root.GetProperty("targets").EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject())
            .Where(p => p.Value.GetProperty("type").GetString() == "package" && IsShipped(p.Value))
            .Where(p => !hidden.Contains(p.Name.Split('/')[0]))
            .Select(p => libraries.GetProperty(p.Name).GetProperty("path").GetString()!);
        var referred = libraries.EnumerateObject().Where(l => l.Value.GetProperty("type").GetString() == "project")
            .Select(l => Path.GetDirectoryName(Path.Combine(project, l.Value.GetProperty("path").GetString()!))!);
        return [.. used.Concat(referred.Prepend(project).SelectMany(Downloaded)).Distinct()
            .Select(path => stores.Select(s => Path.Combine(s, path)).FirstOrDefault(Directory.Exists)
                ?? throw new NoticesException($"The package {path} is not in {string.Join(" or ", stores)}: run 'dotnet restore' first."))];
    }

    private static JsonDocument Assets(string project)
    {
        var list = Path.Combine(project, "obj", "project.assets.json");
        if (!File.Exists(list)) throw new NoticesException($"{Path.GetFileName(project)} is not restored: run 'dotnet restore' first.");
        return JsonDocument.Parse(File.ReadAllBytes(list));
    }

    // Packages that a project takes files out of without referring to them; those of .NET itself come with the runtime.
    private static List<string> Downloaded(string project)
    {
        using var assets = Assets(project);
        return [.. assets.RootElement.GetProperty("project").GetProperty("frameworks").EnumerateObject()
            .Where(f => f.Value.TryGetProperty("downloadDependencies", out _))
            .SelectMany(f => f.Value.GetProperty("downloadDependencies").EnumerateArray())
            .Select(d => (Name: d.GetProperty("name").GetString()!, Version: d.GetProperty("version").GetString()!))
            .Where(d => !s_runtime.Any(start => d.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase)))
            .Select(d => $"{d.Name.ToLowerInvariant()}/{d.Version.Trim('[', ']').Split(',')[0]}")];
    }

    // Analyzers and the like: they work on the project and are passed on to nobody.
    private static HashSet<string> BuildOnly(JsonElement frameworks)
        => [.. frameworks.EnumerateObject()
            .Where(f => f.Value.TryGetProperty("dependencies", out _))
            .SelectMany(f => f.Value.GetProperty("dependencies").EnumerateObject())
            .Where(d => d.Value.TryGetProperty("suppressParent", out var held) && held.GetString() == "All")
            .Select(d => d.Name)];

    private static bool IsShipped(JsonElement package)
        => s_shipped.Any(kind => package.TryGetProperty(kind, out var files)
            && files.EnumerateObject().Any(f => !f.Name.EndsWith("/_._", StringComparison.Ordinal)));

    private static ThirdPartyPackage Describe(string folder)
    {
        var nuspec = Directory.EnumerateFiles(folder, "*.nuspec").FirstOrDefault()
            ?? throw new NoticesException($"{folder} has no .nuspec: delete it and restore again.");
        var metadata = XDocument.Load(nuspec).Root!.Elements().First(e => e.Name.LocalName == "metadata");
        var (name, version) = (Text("id")!, Text("version")!);
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(LicenseFiles.IsOne)
            .Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal)];
        var license = metadata.Elements().FirstOrDefault(e => e.Name.LocalName == "license");
        var expression = license?.Attribute("type")?.Value == "expression" ? license.Value : Recognized(folder, license?.Value, files);
        var chosen = expression is null ? null : LicenseTexts.Choose(expression);
        if (chosen is null) throw new NoticesException(LicenseWords.Unknown($"{name} {version}", expression ?? Text("licenseUrl")));
        return new(name, version, chosen, Text("copyright") ?? Text("authors") ?? "", Text("projectUrl"), files);

        string? Text(string element)
            => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == element)?.Value.Trim() is { Length: > 0 } value ? value : null;
    }

    private static string? Recognized(string folder, string? named, string[] files)
    {
        if ((named ?? files.FirstOrDefault(f => !LicenseFiles.IsNotices(f))) is not { } file) return null;
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? LicenseTexts.Recognize(File.ReadAllText(path)) : null;
    }
}
