namespace Playground.Core.Checkpoints;

/// <summary>A file or folder cannot be written, most often because the disk is full. What was there before is whole.</summary>
public sealed class StorageException(string message, Exception inner) : PlaygroundException(message, inner);

/// <summary>Folders that are there whole or not at all.</summary>
public static class WholeFolder
{
    private const string Part = ".part";

    /// <summary>Has <paramref name="fill"/> write into a folder beside <paramref name="target"/>, then puts it in its place.</summary>
    /// <exception cref="StorageException">It cannot be written; nothing of it is left, and what was at <paramref name="target"/> still
    /// is.</exception>
    public static void Create(string target, Action<string> fill)
    {
        var part = target + Part;
        try
        {
            if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
            Directory.CreateDirectory(part);
            fill(part);
            if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
            Directory.Move(part, target);
        }
        // .NET says that an argument is out of range where the system says that a file may not grow so large.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            Discard(part);
            throw new StorageException(
                $"'{Path.GetFileName(target)}' cannot be written: {e.Message.Split(" : ")[0].Split(" (")[0].TrimEnd('.')}. Make room on "
                    + "the disk, then go on; what was written before is whole.", e);
        }
    }

    /// <summary>
    /// The whole folders in <paramref name="root"/> whose names begin with <paramref name="prefix"/>, in the order of their names.
    /// </summary>
    public static IEnumerable<string> In(string root, string prefix) => Directory.Exists(root)
        ? Directory.GetDirectories(root, prefix + "*").Where(d => !d.EndsWith(Part, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        : [];

    private static void Discard(string part)
    {
        try
        {
            if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
        }
        catch (IOException)
        {
            // A leftover is passed over by In and replaced by the next Create.
        }
    }
}
