using Playground.Core;

namespace Playground.Cli.Commands;

/// <summary>
/// A model as it is given on the command line: a path, or the name of an installed one, as the pages and the API know it.
/// </summary>
internal static class ModelArgument
{
    private const string Setting = "Playground__Models", Folder = "models";

    /// <summary>Its path.</summary>
    /// <exception cref="PlaygroundException">It is neither there nor a path.</exception>
    public static string PathOf(string text)
    {
        if (Path.Exists(text) || text.Length == 0 || text.AsSpan().IndexOfAny('/', '\\') >= 0) return text;
        string[] folders = [.. new[] { Environment.GetEnvironmentVariable(Setting), Folder, Path.Combine(AppContext.BaseDirectory, Folder) }
            .OfType<string>().Where(Directory.Exists)];
        if (folders.Select(f => Path.Combine(f, text)).FirstOrDefault(Path.Exists) is { } found) return found;
        string[] names = [.. folders.SelectMany(Directory.GetDirectories).Select(f => Path.GetFileName(f)).Where(n => n[0] != '.')
            .Distinct()];
        var hint = Suggestions.Nearest(text, names) is { } near ? $" Did you mean '{near}'?" : "";
        throw new PlaygroundException($"The model '{text}' does not exist: it is no path, and no installed model has that name.{hint}");
    }
}
