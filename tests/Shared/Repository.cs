namespace Playground.Core.Tests;

/// <summary>Where the tests' own repository is.</summary>
internal static class Repository
{
    /// <summary>The folder of Playground.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Playground.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository.");
        return folder;
    }
}
