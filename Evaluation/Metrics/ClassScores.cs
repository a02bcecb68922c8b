using System.Globalization;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>How well one class is met.</summary>
/// <param name="Name">The class.</param>
/// <param name="Real">Real pictures of the class whose features were kept.</param>
/// <param name="Generated">Generated pictures of it.</param>
/// <param name="Distance">The Fréchet distance within the class; null with fewer than two pictures on one side.</param>
/// <param name="Interval">Of it, up to 256 features.</param>
/// <param name="Precision">Null with fewer than four pictures on one side.</param>
/// <param name="Recall">Null with fewer than four pictures on one side.</param>
/// <param name="Singular">Whether one side has too few pictures for its covariance; then compare classes of equal numbers only.</param>
public sealed record ClassScore(
    string Name, int Real, int Generated, double? Distance, Interval? Interval, double? Precision, double? Recall, bool Singular);

/// <summary>Scores of each class by itself.</summary>
public static class ClassScores
{
    /// <summary>More classes than these are not scored one by one.</summary>
    public const int MostClasses = 100;

    private const int MostFeaturesForInterval = 256, Resamples = 50;

    /// <returns>Empty where a side has no labels, or there are more than 100 classes.</returns>
    public static IReadOnlyList<ClassScore> Of(FeatureSample? real, FeatureSample? generated, MetricOptions options,
        CancellationToken ct = default)
    {
        if (real is not { Classes.Count: > 0 } || generated is not { Classes.Count: > 0 }) return [];
        // Numbers in their own order, names by the alphabet.
        string[] names = [.. real.Classes.Union(generated.Classes)
            .OrderBy(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue)
            .ThenBy(n => n, StringComparer.Ordinal)];
        if (names.Length is < 2 or > MostClasses) return [];
        var steps = new Steps(options, EvaluationStage.Classes, names.Length);
        var scores = new List<ClassScore>();
        foreach (var name in names)
        {
            ct.ThrowIfCancellationRequested();
            scores.Add(OfClass(name, real.OfClass(name), generated.OfClass(name), options, ct));
            steps.Next();
        }
        return scores;
    }

    private static ClassScore OfClass(string name, FeatureMatrix real, FeatureMatrix generated, MetricOptions options, CancellationToken ct)
    {
        var score = new ClassScore(name, real.Count, generated.Count, null, null, null, null,
            Math.Min(real.Count, generated.Count) <= real.Dimensions);
        if (Math.Min(real.Count, generated.Count) < 2) return score;
        if (Math.Max(real.Count, generated.Count) < real.Dimensions)
            score = score with { Distance = FrechetDistance.BetweenSamples(real, generated).Value };
        else
        {
            var reference = Statistics(real);
            score = score with { Distance = FrechetDistance.Between(reference, Statistics(generated)).Value };
            if (real.Dimensions <= MostFeaturesForInterval)
            {
                var error = FrechetInterval.StandardError(new FrechetSample(generated, reference), generated.Count, Resamples,
                    options.Random($"class {name}"), ct: ct);
                score = score with { Interval = Interval.Around(score.Distance.Value, error, FrechetInterval.Method(Resamples), least: 0) };
            }
        }
        if (Math.Min(real.Count, generated.Count) <= PrecisionRecall.Neighbours) return score;
        var pr = PrecisionRecall.Of(real.AtMost(SampleScores.MostNeighbours, options.Random($"real {name}")),
            generated.AtMost(SampleScores.MostNeighbours, options.Random($"generated {name}")), ct: ct);
        return score with { Precision = pr.Precision, Recall = pr.Recall };
    }

    private static FeatureStatistics Statistics(FeatureMatrix features)
    {
        var moments = new FeatureMoments(features.Dimensions);
        moments.Add(features.Values);
        return moments.ToStatistics();
    }
}
