namespace Playground.Core.Data.Sets;

/// <summary>The classes of files by their paths, as an import tells them; files in no class's folder have none.</summary>
internal sealed class ImageClasses(IReadOnlyList<string> paths)
{
    private readonly ClassFolders _folders = ClassFolders.Of([.. paths.Select(p => (p, (string?)null))]);

    /// <summary>The class's name; null where there is none.</summary>
    public string? Of(int index)
        => _folders.Classes[index] is { } k && _folders.Names[k] is var name && name != ClassFolders.None ? name : null;
}
