using Playground.Core;

namespace Playground.Cli.Commands;

/// <summary>
/// A model as it is given on the command line: a path, or the name of an installed one, as the pages and the API know it.
/// </summary>
internal static class ModelArgument
{
    private const string Setting = "Playground__Models", Folder = "models", Index = "model_index.json";

    /// <summary>Its path.</summary>
    /// <exception cref="PlaygroundException">It is neither there nor a path, or is a folder around a model or within one.</exception>
    public static string PathOf(string text)
    {
        if (Near(text) is { } near) throw new PlaygroundException($"'{text}' is not a model; '{near}' is one. Give that folder.");
        return Find(text);
    }

    // The model that a training's folder holds, or that a folder such as unet/ is a part of.
    private static string? Near(string text)
    {
        // Without model_index.json a network and its scheduler's file at the root are a model, too.
        if (!Directory.Exists(text) || new[] { Index, "scheduler_config.json", "unet" }.Any(n => Path.Exists(Path.Combine(text, n))))
            return null;
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(text)));
        return new[] { Path.Combine(text, "model"), parent }.OfType<string>().FirstOrDefault(f => File.Exists(Path.Combine(f, Index)));
    }

    private static string Find(string text)
    {
        if (Path.Exists(text) || text.Length == 0 || text.AsSpan().IndexOfAny('/', '\\') >= 0) return text;
        string[] folders = [.. new[] { Environment.GetEnvironmentVariable(Setting), Folder, Path.Combine(AppContext.BaseDirectory, Folder) }
            .OfType<string>().Where(Directory.Exists)];
        if (folders.Select(f => Path.Combine(f, text)).FirstOrDefault(Path.Exists) is { } found) return found;
        string[] names = [.. folders.SelectMany(Directory.GetDirectories).Select(f => Path.GetFileName(f)).Where(n => n[0] != '.')
            .Distinct()];
        var hint = Suggestions.Nearest(text, names) is { } meant ? $" Did you mean '{meant}'?" : "";
        throw new PlaygroundException($"The model '{text}' does not exist: it is no path, and no installed model has that name.{hint}");
    }
}
