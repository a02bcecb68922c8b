using System.Text.RegularExpressions;

namespace Playground.Server.Models;

/// <summary>
/// The PNG files beside a model's card, which it may show. Whoever made the model made them, so no other name is answered.
/// </summary>
internal static partial class ModelImages
{
    /// <summary>The image of its samples, which stands for it in lists.</summary>
    public const string Samples = "samples.png";

    /// <summary>The most of a model that are kept.</summary>
    public const int Most = 12;

    /// <summary>The most bytes of one.</summary>
    public const int MostBytes = 8 << 20;

    /// <summary>Whether a path within the model's folder is that of such an image.</summary>
    public static bool IsName(string? path) => path is not null && Name().IsMatch(path);

    /// <summary>Which of the paths within a model's folder are kept, that of its samples first.</summary>
    public static IEnumerable<string> Of(IEnumerable<string> paths)
        => paths.Where(IsName).OrderBy(p => p != Samples).ThenBy(p => p, StringComparer.Ordinal).Take(Most);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}\.png\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
