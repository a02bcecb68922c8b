using Playground.Client.Contracts;
using Playground.Core.Imaging;

namespace Playground.Server.Datasets;

/// <summary>What names and versions may be.</summary>
internal static class DatasetRules
{
    public const int MaxName = 100, MaxClassName = 100, MinSize = 8, MaxSize = 512;

    /// <summary>The names of the crops.</summary>
    public static readonly IReadOnlyDictionary<string, PictureFit> Crops = new Dictionary<string, PictureFit>
    { ["centre"] = PictureFit.Centre, ["squash"] = PictureFit.Squash, ["pad"] = PictureFit.Pad };

    /// <exception cref="RequestException">Empty, too long, or with characters that cannot be seen.</exception>
    public static string Name(string value, string what, int limit = MaxName)
    {
        var name = value.Trim();
        return name.Length >= 1 && name.Length <= limit
            && !name.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format)
            ? name
            : throw Invalid($"{what} has {name.Length} characters; it must have 1 to {limit} that can be seen.");
    }

    public static RequestException Invalid(string message) => RequestException.Invalid(message);
}
