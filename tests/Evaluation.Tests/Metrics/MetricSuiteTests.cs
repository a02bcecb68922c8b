using System.Text.Json;
using Playground.Core;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Tests.Metrics;

public sealed class MetricSuiteTests
{
    private static readonly FeatureOrigin s_origin = new("tiny", "none", new string('a', 64));

    private static EvaluatedSide Side(int seed, int count, float shift = 0, bool sample = true, bool classes = true)
    {
        var random = new Random(seed);
        var features = new FeatureMatrix(count, 6,
            [.. Enumerable.Range(0, count * 6).Select(i => shift * (i / 6 % 2) + random.NextSingle())]);
        var logits = new FeatureMatrix(count, 3, [.. Enumerable.Range(0, count * 3).Select(_ => 4 * random.NextSingle())]);
        var kept = new FeatureSample(features, logits, [.. Enumerable.Range(0, count)],
            classes ? [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? "10" : "9")] : []);
        return new EvaluatedSide($"side {seed}", Recorded.Statistics(features), sample ? kept : null, s_origin);
    }

    [Fact]
    public void Every_score_has_an_interval_around_it_and_is_the_same_for_the_same_seed()
    {
        var (real, generated) = (Side(1, 400), Side(2, 300, 0.3f));
        var scores = MetricSuite.Compute(real, generated, new MetricOptions { Seed = 3 }, TestContext.Current.CancellationToken);
        Assert.Equal(["frechet-distance", "frechet-distance-infinity", "kid", "inception-score", "precision", "recall", "density",
            "coverage"], scores.Select(s => s.Id));
        Assert.All(scores, s => Assert.True(s.Interval!.Low <= s.Value && s.Value <= s.Interval.High && s.Interval.Low < s.Interval.High,
            $"{s.Id}: {s.Value} in {s.Interval}"));
        var again = MetricSuite.Compute(real, generated, new MetricOptions { Seed = 3, Metrics = MetricNames.Parse("kid, fid") },
            TestContext.Current.CancellationToken);
        Assert.Equal(["frechet-distance", "kid"], again.Select(s => s.Id));
        Assert.Equal(scores.Where(s => s.Id is "frechet-distance" or "kid").Select(s => (s.Value, s.Interval)),
            again.Select(s => (s.Value, s.Interval)));
    }

    [Fact]
    public void Warnings_name_the_numbers_that_are_needed()
    {
        string[] Warnings(int real, int generated, string metric) => [.. MetricSuite.Compute(Side(1, real), Side(2, generated),
            new MetricOptions { Metrics = MetricNames.Parse(metric) }, TestContext.Current.CancellationToken).SelectMany(s => s.Warnings)
                .Select(w => w.Text)];
        Assert.Contains(Warnings(6, 6, "fid"),
            w => w.Contains("6 generated pictures are too few for 6 features: the covariance is singular", StringComparison.Ordinal)
                && w.Contains("At least 7 are needed, better 30", StringComparison.Ordinal));
        Assert.Contains(Warnings(29, 30, "fid"),
            w => w.Contains("biased upwards with 29 real pictures; 30 are needed", StringComparison.Ordinal));
        Assert.Contains(Warnings(29, 30, "fid"),
            w => w.Contains("29 real and 30 generated pictures: compare this distance only with distances of the same numbers",
                StringComparison.Ordinal));
        Assert.Empty(Warnings(30, 30, "fid"));
        Assert.Contains(Warnings(30, 30, "fid-infinity"),
            w => w.Contains("The extrapolated distance was not computed: it needs at least 60 generated pictures",
                StringComparison.Ordinal));
        Assert.Contains(Warnings(200, 149, "inception-score"), w => w.Contains("150 are needed for 3 classes", StringComparison.Ordinal));
        Assert.Contains(Warnings(200, 3, "precision-recall"),
            w => w.Contains("3 neighbours need 4 pictures on each side, and there are 200 and 3", StringComparison.Ordinal));
        Assert.Equal([10_000, 2_560, 320], new[] { 2048, 512, 64 }.Select(SampleSize.ForFrechet));
    }

    [Fact]
    public void Only_Inceptions_distance_is_called_FID_in_names_keys_and_sentences()
    {
        MetricScore[] Of(string? extractor)
        {
            var origin = extractor is null ? null : s_origin with { Extractor = extractor };
            var (real, generated) = (Side(1, 6) with { Origin = origin }, Side(2, 7) with { Origin = origin });
            var options = new MetricOptions { Metrics = MetricNames.Parse("fid,fid-infinity") };
            return [.. MetricSuite.Compute(real, generated, options, TestContext.Current.CancellationToken)];
        }

        var fid = Of("fid-inception");
        Assert.Equal([("fid", "FID"), ("fid-infinity", "FID∞")], fid.Select(s => (s.Id, s.Name)));
        Assert.Contains(fid[0].Warnings,
            w => w.Text.Contains("compare this FID only with FIDs of the same numbers", StringComparison.Ordinal));
        Assert.StartsWith("FID∞ was not computed", fid[1].Warnings[0].Text, StringComparison.Ordinal);

        (string?, string)[] named =
            [("resnet18-imagenet", "ResNet-18 features"), ("mnist-features", "digit features"), ("tiny", "features of tiny"),
            (null, "unknown features")];
        foreach (var (extractor, features) in named)
        {
            var others = Of(extractor);
            Assert.Equal(["frechet-distance", "frechet-distance-infinity"], others.Select(s => s.Id));
            Assert.Equal([$"Fréchet distance, {features}", $"Fréchet distance extrapolated, {features}"], others.Select(s => s.Name));
            Assert.DoesNotContain("FID", JsonSerializer.Serialize(others), StringComparison.OrdinalIgnoreCase);
        }
        // pytorch-fid's files do not say what they are of.
        Assert.Equal("FID", DistanceName.Of(null, 2048).Name);
    }

    [Fact]
    public void Statistics_alone_give_the_distance_and_reasons_for_what_else_was_asked()
    {
        var (real, generated) = (Side(1, 400, sample: false), Side(2, 400, sample: false));
        var score = Assert.Single(MetricSuite.Compute(real, generated, new MetricOptions(), TestContext.Current.CancellationToken));
        Assert.Null(score.Interval);
        Assert.Contains(score.Warnings, w => w.Text.Contains("No interval can be given from statistics alone", StringComparison.Ordinal));
        var asked = Assert.Single(MetricSuite.Compute(real, generated, new MetricOptions { Metrics = MetricNames.Parse("kid") },
            TestContext.Current.CancellationToken));
        Assert.Null(asked.Value);
        Assert.Contains("'side 1' is only statistics", Assert.Single(asked.Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Sides_of_different_or_unknown_extractors_are_refused_or_doubted()
    {
        var real = Side(1, 100);
        Assert.Contains("was made with the preprocessing 'clean'",
            Assert.Throws<PlaygroundException>(
                () => MetricSuite.Compute(real, Side(2, 100) with { Origin = s_origin with { Preprocessing = "clean" } },
                    new MetricOptions(), TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        var doubted = MetricSuite.Compute(real with { Origin = null }, Side(2, 100),
            new MetricOptions { Metrics = MetricNames.Parse("fid") }, TestContext.Current.CancellationToken);
        Assert.Contains(doubted[0].Warnings, w => w.Text.Contains("'side 1' does not say by which extractor", StringComparison.Ordinal));
        Assert.Contains("are of different extractors",
            Assert.Throws<PlaygroundException>(() => MetricSuite.Compute(new EvaluatedSide("other", new FeatureStatistics([0], [1])), real,
                new MetricOptions(), TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("'fids' is not known; choose of fid, fid-infinity",
            Assert.Throws<PlaygroundException>(() => MetricNames.Parse("kid,fids")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_are_scored_by_name_in_their_numbers_order()
    {
        // Only the odd pictures, class 9, are shifted.
        var scores = ClassScores.Of(Side(1, 400).Sample, Side(2, 200, 0.5f).Sample, new MetricOptions(),
            TestContext.Current.CancellationToken);
        Assert.Equal(["9", "10"], scores.Select(s => s.Name));
        Assert.Equal((200, 100), (scores[0].Real, scores[0].Generated));
        Assert.True(scores[0].Distance > 10 * scores[1].Distance && scores[0].Precision < scores[1].Precision, $"{scores[0]} {scores[1]}");
        Assert.All(scores, s => Assert.InRange(s.Distance!.Value, s.Interval!.Low, s.Interval.High));
        Assert.Empty(ClassScores.Of(Side(1, 400).Sample, Side(2, 200, classes: false).Sample, new MetricOptions(),
            TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_share_of_all_or_nothing_has_an_interval_too()
    {
        static Interval Of(double share) => Interval.OfShare(share, 100, new Remark("", "", []));
        Assert.Equal((0.9630, 1), (Math.Round(Of(1).Low, 4), Of(1).High));
        Assert.Equal((0.4038, 0.5962), (Math.Round(Of(0.5).Low, 4), Math.Round(Of(0.5).High, 4)));
    }
}
