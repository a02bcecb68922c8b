namespace Playground.Core.Engine;

/// <summary>The native libraries that this process has loaded.</summary>
internal static class Libraries
{
    /// <summary>
    /// The path of the loaded library whose file name begins so, as the system's loader knows it; null where there is none.
    /// </summary>
    public static string? Loaded(string name)
    {
        if (!OperatingSystem.IsLinux()) return null;
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            var start = line.IndexOf('/', StringComparison.Ordinal);
            if (start < 0) continue;
            var path = line[start..];
            if (Path.GetFileName(path.AsSpan()).StartsWith(name, StringComparison.Ordinal)) return path;
        }
        return null;
    }
}
