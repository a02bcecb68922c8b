using System.Globalization;

namespace Playground.Evaluation.Metrics;

/// <summary>FID and FID∞ with their intervals and warnings.</summary>
internal static class FrechetScores
{
    public static IEnumerable<MetricScore> Of(EvaluatedSide real, EvaluatedSide generated, MetricOptions options, CancellationToken ct)
    {
        var dimensions = real.Statistics.Dimensions;
        var distance = real.IsWhole && generated.IsWhole && Math.Max(real.Sample!.Count, generated.Sample!.Count) < dimensions
            ? FrechetDistance.BetweenSamples(real.Sample.Features, generated.Sample.Features)
            : FrechetDistance.Between(real.Statistics, generated.Statistics);
        var warnings = SampleSize.Frechet(real.Statistics.Count, generated.Statistics.Count, dimensions).ToList();
        if (distance.Note is not null) warnings.Add(distance.Note);
        var score = new MetricScore(MetricNames.Fid, "FID", distance.Value) { LowerIsBetter = true, Method = Text($"Fréchet distance of {dimensions:N0} features, float64") };
        if (generated.Sample is not { Count: >= 2 } sample)
        {
            if (options.Wants(MetricNames.Fid)) yield return score with { Warnings = [.. warnings, "No interval can be given from statistics alone: give the generated pictures."] };
            if (options.Metrics?.Contains(MetricNames.FidInfinity) == true) yield return new MetricScore(MetricNames.FidInfinity, "FID∞", null) { LowerIsBetter = true, Warnings = [$"FID∞: not computed, since '{generated.Name}' is only statistics; give the pictures."] };
            yield break;
        }

        var parts = new FrechetSample(sample.Features, real.Statistics);
        var resamples = options.Resamples ?? FrechetInterval.Resamples(dimensions);
        var steps = new Steps(options, "interval of FID", resamples);
        // The error of a part of the pictures is that of all, but for the root of how many they are.
        var error = FrechetInterval.StandardError(parts, sample.Count, resamples, options.Random("fid"), steps.Next, ct) * Math.Sqrt((double)sample.Count / (generated.Statistics.Count ?? sample.Count));
        if (options.Wants(MetricNames.Fid)) yield return score with { Interval = Interval.Around(distance.Value, error, FrechetInterval.Method(resamples), least: 0), Warnings = warnings };
        if (options.Wants(MetricNames.FidInfinity)) yield return Infinity(parts, sample.Count, dimensions, error, options, ct);
    }

    private static MetricScore Infinity(FrechetSample parts, int count, int dimensions, double error, MetricOptions options, CancellationToken ct)
    {
        var score = new MetricScore(MetricNames.FidInfinity, "FID∞", null) { LowerIsBetter = true };
        var least = FrechetInfinity.LeastPictures(dimensions);
        if (count < least) return score with { Warnings = [Text($"FID∞ was not computed: it needs at least {least:N0} generated pictures with {dimensions:N0} features, and there are {count:N0}.")] };
        var steps = new Steps(options, "FID∞", FrechetInfinity.Points);
        var infinity = FrechetInfinity.Of(parts, count, dimensions, options.Random("fid-infinity"), steps.Next, ct);
        var spread = Math.Sqrt(infinity.StandardError * infinity.StandardError + error * error);
        List<string> warnings = [];
        if (count < 2 * dimensions) warnings.Add(Text($"With {count:N0} generated pictures for {dimensions:N0} features the distance hardly falls as a line in 1/N, so FID∞ is a guess; {2 * dimensions:N0} are needed."));
        if (infinity.Fit < 0.8) warnings.Add(Text($"The line fits poorly (R² {infinity.Fit:0.00}): the scatter of the subsets is larger than the bias that the line takes off."));
        if (infinity.Value < 0) warnings.Add("FID∞ fell below 0, which no distance can be: it is near 0, within its interval.");
        return score with
        {
            Value = infinity.Value,
            Interval = Interval.Around(infinity.Value, spread, "±1.96 times the errors of the line's intercept and of FID's bootstrap, added in squares"),
            Method = Text($"Line in 1/N through the distances of {FrechetInfinity.Points} random subsets of {infinity.Smallest:N0} to {count:N0} generated pictures, at 1/N = 0; R² {infinity.Fit:0.000}. The reference is taken as it is"),
            Warnings = warnings,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
