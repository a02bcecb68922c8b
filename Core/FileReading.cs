using System.Text.Json;

namespace Playground.Core;

/// <summary>Reading a file that anybody may have made: whatever goes wrong is one sentence that names it.</summary>
public static class FileReading
{
    /// <summary>Runs what reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Opens and reads it.</param>
    /// <exception cref="PlaygroundException">It is not there, may not be read, is cut off or damaged, or <paramref name="read"/> said
    /// so.</exception>
    public static T Of<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (PlaygroundException)
        {
            throw;
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new PlaygroundException(SentenceOf(path, e), e);
        }
    }

    private static string SentenceOf(string path, Exception e) => e switch
    {
        _ when Directory.Exists(path) => $"'{path}' is a folder, and a file is wanted.",
        FileNotFoundException or DirectoryNotFoundException => $"'{path}' is not there, or is a link to a file that is not.",
        UnauthorizedAccessException => $"'{path}' may not be read. Change its permissions, or copy it to where they allow it.",
        EndOfStreamException => $"'{path}' is cut off. Copy it again from its source.",
        InvalidDataException or JsonException => $"'{path}' is damaged: {e.Message.TrimEnd('.')}. Copy it again from its source.",
        IOException => $"'{path}' cannot be read: {e.Message.TrimEnd('.')}.",
        // What no check foresaw of a file's contents.
        _ => $"'{path}' is damaged, or no file of its kind. Copy it again from its source.",
    };
}
