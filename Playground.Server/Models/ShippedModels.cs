namespace Playground.Server.Models;

/// <summary>The models that a published program carries beside itself. In a clone they are in the models folder already.</summary>
internal static class ShippedModels
{
    /// <summary>Where a published program has them.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Copies them to where the models folder will be, if there is none yet: a model deleted later does not come back.</summary>
    /// <param name="shipped">What to copy; nothing happens where it is missing.</param>
    /// <param name="models">The models folder. It appears complete or not at all.</param>
    /// <param name="log">Told where it cannot be written; the server works without.</param>
    public static void CopyTo(string models, string shipped, ILogger log)
    {
        models = Path.TrimEndingDirectorySeparator(Path.GetFullPath(models));
        if (Directory.Exists(models) || !Directory.Exists(shipped)) return;
        var begun = models + ".part";
        try
        {
            if (Directory.Exists(begun)) Directory.Delete(begun, recursive: true);
            foreach (var file in Directory.EnumerateFiles(shipped, "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(begun, Path.GetRelativePath(shipped, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
            Directory.Move(begun, models);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("The shipped models cannot be copied: {Reason} Make {Models} writable, or copy {Shipped} there.",
                e.Message, models, shipped);
        }
    }
}
