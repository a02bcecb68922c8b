using Microsoft.Extensions.Options;

namespace Playground.Server.Hosting;

/// <summary>
/// Keeps paths of the server out of what people are told: a reader of files names them by their whole path, which is of use in the log
/// alone.
/// </summary>
internal sealed class ServerPaths(IOptions<PlaygroundOptions> options)
{
    // The longest first, since one may lie in another.
    private readonly string[] _roots = [.. new[] { options.Value.Data, options.Value.Models, options.Value.References,
        options.Value.Features,
            options.Value.TrainingData, Path.GetTempPath(), AppContext.BaseDirectory }
        .Where(p => p.Length > 0)
        .SelectMany(p => new[] { Path.TrimEndingDirectorySeparator(Path.GetFullPath(p)), Path.TrimEndingDirectorySeparator(p) })
        .Where(p => Path.IsPathFullyQualified(p) && p.Length > 1).Distinct().OrderByDescending(p => p.Length)];

    /// <summary>The sentence with each path cut down to what lies below a folder of the server's.</summary>
    public string Hide(string sentence)
    {
        foreach (var root in _roots)
        {
            sentence = sentence.Replace(root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
                .Replace(root, "the server's folder", StringComparison.Ordinal);
        }
        return sentence;
    }
}
