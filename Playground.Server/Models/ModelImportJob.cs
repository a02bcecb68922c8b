namespace Playground.Server.Models;

/// <summary>What an import of a model works on: files in a folder beside the models, or uploads.</summary>
public sealed record ModelImportJob
{
    /// <summary>The folder's name among those of imports under way: 32 hexadecimal digits.</summary>
    public string Folder { get; init; } = "";

    /// <summary>What the model is to be called; null: as the folder or the file that came is.</summary>
    public string? Name { get; init; }

    /// <summary>What the zip is called where it came from.</summary>
    public string? FileName { get; init; }

    /// <summary>What lies in the folder.</summary>
    public IReadOnlyList<ModelImportFile> Files { get; init; } = [];

    /// <summary>Ids of uploads, where they are what came.</summary>
    public IReadOnlyList<string> Uploads { get; init; } = [];
}

/// <summary>A file that came.</summary>
/// <param name="Name">What its sender calls it, with its folders.</param>
/// <param name="Stored">Its name in the import's folder; null where its sender only names it.</param>
public sealed record ModelImportFile(string Name, string? Stored);
