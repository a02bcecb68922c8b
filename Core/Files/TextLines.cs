using System.Text;

namespace Playground.Core.Files;

/// <summary>Lines of a file that a person wrote.</summary>
public static class TextLines
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The lines, read as they are asked for: UTF-8, or UTF-16 or UTF-32 by their marks.</summary>
    /// <exception cref="PlaygroundException">The file is not text.</exception>
    public static IEnumerable<string> Of(string path)
    {
        using var reader = new StreamReader(path, s_strict);
        while (Next(reader, path) is { } line) yield return line;
    }

    private static string? Next(StreamReader reader, string path)
    {
        try
        {
            var line = reader.ReadLine();
            return line?.Contains('\0', StringComparison.Ordinal) == true ? throw Refusal(path, "NUL bytes") : line;
        }
        catch (DecoderFallbackException)
        {
            throw Refusal(path, "bytes that are not UTF-8");
        }
    }

    private static PlaygroundException Refusal(string path, string what)
        => new($"'{path}' is not a text file: it has {what}. Give plain text, saved as UTF-8.");
}
