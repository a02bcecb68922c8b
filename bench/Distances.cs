using System.Diagnostics;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Bench;

/// <summary>What the Fréchet distance of Inception's 2048 features costs, with its interval and FID∞.</summary>
internal static class Distances
{
    private const int Dimensions = 2048, Pictures = 10_000;

    public static void Measure()
    {
        var (real, generated) = (Features(1), Features(2));
        var (a, b) = (Timed("mean and covariance of 10,000 pictures", () => Statistics(real)), Statistics(generated));
        _ = Timed("Fréchet distance of 2048 dimensions", () => FrechetDistance.Between(a, b));
        FeatureMatrix Some(FeatureMatrix x) => new(500, Dimensions, x.Values[..(500 * Dimensions)]);
        _ = Timed("the same of 500 pictures a side, without a covariance",
            () => FrechetDistance.BetweenSamples(Some(real), Some(generated)));
        var side = new FeatureSample(generated, null, [.. Enumerable.Range(0, Pictures)], []);
        foreach (var metric in new[] { MetricNames.Fid, MetricNames.FidInfinity, MetricNames.Kid, MetricNames.PrecisionRecall,
            MetricNames.DensityCoverage })
        {
            var options = new MetricOptions { Metrics = MetricNames.Parse(metric) };
            _ = Timed($"{metric} with its interval", () => MetricSuite.Compute(new EvaluatedSide("real", a, side with { Features = real }),
                new EvaluatedSide("generated", b, side), options));
        }
    }

    private static T Timed<T>(string what, Func<T> work)
    {
        var clock = Stopwatch.StartNew();
        var result = work();
        Console.WriteLine($"{what}: {clock.Elapsed.TotalSeconds:0.00} s");
        return result;
    }

    private static FeatureStatistics Statistics(FeatureMatrix features)
    {
        var moments = new FeatureMoments(Dimensions);
        moments.Add(features.Values);
        return moments.ToStatistics();
    }

    // Not negative, and of very different spreads, as Inception's are.
    private static FeatureMatrix Features(int seed)
    {
        var random = new Random(seed);
        return new FeatureMatrix(Pictures, Dimensions,
            [.. Enumerable.Range(0, Pictures * Dimensions)
                .Select(i => random.NextSingle() * random.NextSingle() * (1 + 100f / (1 + i % Dimensions)))]);
    }
}
