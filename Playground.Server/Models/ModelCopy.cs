namespace Playground.Server.Models;

/// <summary>Copies of model folders.</summary>
internal static class ModelCopy
{
    /// <summary>Copies every file of <paramref name="folder"/>, with its subfolders; links are passed over.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string folder, string target)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (File.GetAttributes(file).HasFlag(FileAttributes.ReparsePoint)) continue;
            var copy = Path.Combine(target, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
