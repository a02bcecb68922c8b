using System.Security.Cryptography;
using System.Text;
using Playground.Core;
using Playground.Evaluation.Features;

namespace Playground.Evaluation.Statistics;

/// <summary>
/// Keeps statistics and features of data sets in a folder, by what they depend on: the pictures, the extractor's weights, the
/// preprocessing.
/// </summary>
/// <param name="folder">Made when something is first kept.</param>
public sealed class StatisticsCache(string folder)
{
    // Part of every key: raised when the same inputs would give other numbers.
    private const int Version = 1;

    private const string Journal = ".features";

    // A run that was cut off is gone on with soon, or never.
    private static readonly TimeSpan s_abandoned = TimeSpan.FromDays(7);

    /// <summary>The folder for caches of whoever runs the program, such as <c>~/.cache/playground/statistics</c>.</summary>
    public static string DefaultFolder => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "playground", "statistics");

    /// <summary>What was kept; null where nothing was, or what was is damaged.</summary>
    /// <param name="origin">With the hash of the pictures.</param>
    /// <param name="layout">What else the kept features depend on, such as the pictures' order and classes.</param>
    public StatisticsFile? Find(FeatureOrigin origin, string layout = "")
    {
        var path = PathOf(origin, layout);
        if (!File.Exists(path)) return null;
        try
        {
            var file = StatisticsFile.Read(path);
            return file.Origin == origin ? file : null;
        }
        catch (PlaygroundException)
        {
            // A damaged file of the cache is one that is made again.
            return null;
        }
    }

    /// <param name="file">Says what it is of.</param>
    /// <param name="layout">As for <see cref="Find"/>.</param>
    public void Keep(StatisticsFile file, string layout = "")
    {
        if (file.Origin is not { DataHash: not null } origin)
            throw new ArgumentException("Only statistics that say what they are of can be kept.", nameof(file));
        Directory.CreateDirectory(folder);
        file.Write(PathOf(origin, layout));
    }

    /// <summary>Where features are written while they are taken, so that a run that is cut off can be gone on with.</summary>
    /// <param name="origin">With the hash of the pictures.</param>
    /// <param name="layout">As for <see cref="Find"/>.</param>
    /// <param name="extractor">What takes them.</param>
    /// <returns>Null where another run takes the same ones, or nothing can be written.</returns>
    internal FeatureJournal? OpenJournal(FeatureOrigin origin, string layout, IFeatureExtractor extractor)
    {
        try
        {
            Directory.CreateDirectory(folder);
            RemoveAbandoned();
            return new FeatureJournal(Path.ChangeExtension(PathOf(origin, layout), Journal), extractor.Dimensions, extractor.Classes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void RemoveAbandoned()
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*" + Journal))
            if (file.LastWriteTimeUtc < DateTime.UtcNow - s_abandoned) file.Delete();
    }

    private string PathOf(FeatureOrigin origin, string layout)
    {
        var key = $"{Version}\n{origin.Extractor}\n{origin.Preprocessing}\n{origin.WeightsHash}\n{origin.DataHash}\n{layout}";
        return Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + ".npz");
    }
}
