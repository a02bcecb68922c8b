using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>
/// The Fréchet distance and its extrapolation (with Inception's features FID and FID∞), with their intervals and warnings.
/// </summary>
internal static class FrechetScores
{
    public static IEnumerable<MetricScore> Of(EvaluatedSide real, EvaluatedSide generated, MetricOptions options, CancellationToken ct)
    {
        var dimensions = real.Statistics.Dimensions;
        var name = DistanceName.Of((generated.Origin ?? real.Origin)?.Extractor, dimensions);
        var distance = real.IsWhole && generated.IsWhole && Math.Max(real.Sample!.Count, generated.Sample!.Count) < dimensions
            ? FrechetDistance.BetweenSamples(real.Sample.Features, generated.Sample.Features)
            : FrechetDistance.Between(real.Statistics, generated.Statistics);
        var warnings = SampleSize.Frechet(real.Statistics.Count, generated.Statistics.Count, dimensions, name).ToList();
        if (distance.Note is not null) warnings.Add(distance.Note);
        var method = Remark.Of(RemarkCode.HowFrechet, $"Fréchet distance of {dimensions:N0} features, float64");
        var score = new MetricScore(name.Id, name.Name, distance.Value) { LowerIsBetter = true, Method = method };
        if (generated.Sample is not { Count: >= 2 } sample)
        {
            if (options.Wants(MetricNames.Fid)) yield return score with
            {
                Warnings = [.. warnings, Remark.Of(RemarkCode.NoInterval,
                    $"No interval can be given from statistics alone: give the generated pictures.")]
            };
            if (options.Metrics?.Contains(MetricNames.FidInfinity) != true) yield break;
            var reason = Remark.Of(RemarkCode.OnlyStatistics,
                $"{name.InfinityName}: not computed, since '{generated.Name}' is only statistics; give the pictures.");
            yield return new MetricScore(name.InfinityId, name.InfinityName, null) { LowerIsBetter = true, Warnings = [reason] };
            yield break;
        }

        var parts = new FrechetSample(sample.Features, real.Statistics);
        var resamples = options.Resamples ?? FrechetInterval.Resamples(dimensions);
        var steps = new Steps(options, EvaluationStage.DistanceInterval, resamples);
        // The error of a part of the pictures is that of all, but for the root of how many they are.
        var error = FrechetInterval.StandardError(parts, sample.Count, resamples, options.Random("fid"), steps.Next,
            ct) * Math.Sqrt((double)sample.Count / (generated.Statistics.Count ?? sample.Count));
        if (options.Wants(MetricNames.Fid)) yield return score with
        { Interval = Interval.Around(distance.Value, error, FrechetInterval.Method(resamples), least: 0), Warnings = warnings };
        if (options.Wants(MetricNames.FidInfinity)) yield return Infinity(parts, name, sample.Count, dimensions, error, options, ct);
    }

    private static MetricScore Infinity(
        FrechetSample parts, DistanceName name, int count, int dimensions, double error, MetricOptions options, CancellationToken ct)
    {
        var score = new MetricScore(name.InfinityId, name.InfinityName, null) { LowerIsBetter = true };
        var subject = SampleSize.Begin(name.TheInfinity);
        var least = FrechetInfinity.LeastPictures(dimensions);
        if (count < least)
        {
            return score with
            {
                Warnings = [Remark.Of(RemarkCode.ExtrapolationFew, $"{subject} was not computed: it needs at least {least:N0} generated "
                    + $"pictures with {dimensions:N0} features, and there are {count:N0}.")]
            };
        }
        var steps = new Steps(options, EvaluationStage.DistanceInfinity, FrechetInfinity.Points);
        var infinity = FrechetInfinity.Of(parts, count, dimensions, options.Random("fid-infinity"), steps.Next, ct);
        var spread = Math.Sqrt(infinity.StandardError * infinity.StandardError + error * error);
        List<Remark> warnings = [];
        if (count < 2 * dimensions)
            warnings.Add(Remark.Of(RemarkCode.ExtrapolationGuess,
                $"With {count:N0} generated pictures for {dimensions:N0} features the distance hardly falls as a line in 1/N, "
                + $"so {name.TheInfinity} is a guess; {2 * dimensions:N0} are needed."));
        if (infinity.Fit < 0.8)
            warnings.Add(Remark.Of(RemarkCode.ExtrapolationScatter, $"The line fits poorly (R² {infinity.Fit:0.00}): the scatter of the "
                + $"subsets is larger than the bias that the line takes off."));
        if (infinity.Value < 0)
            warnings.Add(Remark.Of(RemarkCode.ExtrapolationNegative,
                $"{subject} fell below 0, which no distance can be: it is near 0, within its interval."));
        return score with
        {
            Value = infinity.Value,
            Interval = Interval.Around(
                infinity.Value, spread, Remark.Of(RemarkCode.IntervalExtrapolation,
                    $"±1.96 times the errors of the line's intercept and of {name.The}'s bootstrap, added in squares")),
            Method = Remark.Of(RemarkCode.HowExtrapolation, $"Line in 1/N through the distances of {FrechetInfinity.Points} random subsets "
                + $"of {infinity.Smallest:N0} to {count:N0} generated pictures, at 1/N = 0; R² {infinity.Fit:0.000}. The "
                + $"reference is taken as it is"),
            Warnings = warnings,
        };
    }
}
