using Playground.Core.Checkpoints;

namespace Playground.Server.Models;

/// <summary>The models that a published program carries beside itself. In a clone they are in the models folder already.</summary>
internal static class ShippedModels
{
    // In the models folder: a line for each that was copied there, so that one deleted later does not come back.
    private const string List = ".shipped";

    /// <summary>Where a published program has them.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>
    /// Copies them to the models folder: all of them where there is none yet, and those of a later version to one that was begun so. A
    /// folder that somebody made is left alone.
    /// </summary>
    /// <param name="shipped">What to copy; nothing happens where it is missing.</param>
    /// <param name="models">The models folder. What appears in it is complete.</param>
    /// <param name="log">Told where it cannot be written; the server works without.</param>
    public static void CopyTo(string models, string shipped, ILogger log)
    {
        models = Path.TrimEndingDirectorySeparator(Path.GetFullPath(models));
        if (!Directory.Exists(shipped)) return;
        try
        {
            if (!Directory.Exists(models)) WholeFolder.Create(models, begun => Add(begun, shipped, []));
            else if (File.Exists(Path.Combine(models, List))) Add(models, shipped, File.ReadAllLines(Path.Combine(models, List)));
        }
        catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException)
        {
            log.LogWarning("The shipped models cannot be copied: {Reason} Make {Models} writable, or copy {Shipped} there.",
                e.Message, models, shipped);
        }
    }

    private static void Add(string models, string shipped, string[] before)
    {
        string[] added = [.. Directory.GetDirectories(shipped).Select(f => Path.GetFileName(f)).Except(before)
            .Order(StringComparer.Ordinal)];
        if (added.Length == 0) return;
        foreach (var name in added.Where(n => !Directory.Exists(Path.Combine(models, n))))
            WholeFolder.Create(Path.Combine(models, name), part => ModelCopy.Write(Path.Combine(shipped, name), part));
        var list = Path.Combine(models, List);
        File.WriteAllLines(list + ".part", [.. before, .. added]);
        File.Move(list + ".part", list, overwrite: true);
    }
}
