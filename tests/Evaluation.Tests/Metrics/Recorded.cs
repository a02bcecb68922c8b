using System.IO.Compression;
using System.Text.Json;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Tests;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Tests.Metrics;

/// <summary>What numpy and scipy recorded.</summary>
internal static class Recorded
{
    public static string At(string name) => Path.Combine(Repository.Root, "tests/Evaluation.Tests/Recordings", name);

    public static double Metric(string name) => JsonDocument.Parse(File.ReadAllText(At("metrics.json"))).RootElement.GetProperty(name)
        .GetDouble();

    public static (FeatureMatrix X, FeatureMatrix Y) Features(int dimensions)
    {
        using var zip = ZipFile.OpenRead(At($"features-{dimensions}.npz"));
        return (Matrix(zip, "x"), Matrix(zip, "y"));
    }

    public static FeatureStatistics Statistics(FeatureMatrix features)
    {
        var moments = new FeatureMoments(features.Dimensions);
        moments.Add(features.Values);
        return moments.ToStatistics();
    }

    private static FeatureMatrix Matrix(ZipArchive zip, string name)
    {
        var array = NpzEntry.Read(zip, "features", name, 1 << 20)!;
        return new FeatureMatrix(array.Shape[0], array.Shape[1], array.ToSingles());
    }
}
