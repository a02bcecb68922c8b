using Playground.Core;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Tests.Metrics;

public sealed class FrechetTests
{
    private static double[] Diagonal(params double[] values)
    {
        var d = new double[values.Length * values.Length];
        for (var i = 0; i < values.Length; i++) d[i * values.Length + i] = values[i];
        return d;
    }

    private static double[] Constant(double value, int n) => [.. Enumerable.Repeat(value, n)];

    [Fact]
    public void Means_one_apart_in_2048_dimensions_are_2048_apart()
    {
        var (zero, one) = (new FeatureStatistics(new double[2048], Diagonal(Constant(1, 2048))),
            new FeatureStatistics(Constant(1, 2048), Diagonal(Constant(1, 2048))));
        Assert.Equal(2048, FrechetDistance.Between(zero, one).Value, 6);
    }

    [Fact]
    public void Two_Gaussians_of_the_plane_have_the_known_distance()
    {
        var (a, b) = (new FeatureStatistics([0, 0], [2, 1, 1, 2]), new FeatureStatistics([1, 2], [3, 0, 0, 1]));
        Assert.Equal(5.516685226452117, FrechetDistance.Between(a, b).Value, 12);
        Assert.Equal(5.516685226452117, FrechetDistance.Between(b, a).Value, 12);
    }

    [Fact]
    public void Diagonal_covariances_have_the_closed_form()
    {
        double[] a = [4, 9, 0.25, 0], b = [1, 16, 2.25, 1], mean = [1, -2, 0, 3];
        var expected = mean.Sum(m => m * m) + a.Zip(b, (x, y) => Math.Pow(Math.Sqrt(x) - Math.Sqrt(y), 2)).Sum();
        Assert.Equal(expected, FrechetDistance.Between(new(new double[4], Diagonal(a)), new(mean, Diagonal(b))).Value, 12);
    }

    [Fact]
    public void It_equals_pytorch_fids_own_function()
    {
        var (x, y) = Recorded.Features(12);
        Assert.Equal(Recorded.Metric("fid12"), FrechetDistance.Between(Recorded.Statistics(x), Recorded.Statistics(y)).Value, 8);
        Assert.Equal(Recorded.Metric("fid12"), FrechetDistance.BetweenSamples(x, y).Value, 8);
    }

    [Fact]
    public void With_fewer_pictures_than_features_both_forms_agree_where_pytorch_fids_root_has_lost_digits()
    {
        var (x, y) = Recorded.Features(96);
        var exact = Recorded.Metric("fid96_nuclear");
        Assert.Equal(exact, FrechetDistance.BetweenSamples(x, y).Value, 9);
        Assert.Equal(exact, FrechetDistance.Between(Recorded.Statistics(x), Recorded.Statistics(y)).Value, 4);
        Assert.Equal(1, Recorded.Metric("fid96") / exact, 1e-3);
    }

    [Fact]
    public void The_same_pictures_are_no_distance_apart_even_where_the_covariance_is_singular()
    {
        var (x, _) = Recorded.Features(96);
        Assert.InRange(FrechetDistance.Between(Recorded.Statistics(x), Recorded.Statistics(x)).Value, 0, 1e-4);
        Assert.InRange(FrechetDistance.BetweenSamples(x, x).Value, 0, 1e-9);
        var constant = new FeatureStatistics([1, 2], new double[4]);
        Assert.Equal(0, FrechetDistance.Between(constant, constant).Value);
    }

    [Fact]
    public void A_result_below_zero_is_zero_with_a_note_or_an_error_never_a_number()
    {
        Assert.Equal(0, FrechetDistance.From(0, 1, 1, 1 + 1e-9).Value);
        Assert.Contains("zero within rounding", FrechetDistance.From(0, 1, 1, 1 + 1e-9).Note!.Text, StringComparison.Ordinal);
        Assert.Contains("no distance can be", Assert.Throws<PlaygroundException>(() => FrechetDistance.From(0, 1, 1, 2)).Message,
            StringComparison.Ordinal);
        Assert.Throws<PlaygroundException>(() => FrechetDistance.From(double.NaN, 1, 1, 1));
    }

    [Fact]
    public void Different_dimensions_and_numbers_that_are_not_finite_are_refused()
    {
        Assert.Contains("same extractor", Assert.Throws<PlaygroundException>(
            () => FrechetDistance.Between(new([0], [1]), new([0, 0], [1, 0, 0, 1]))).Message, StringComparison.Ordinal);
        Assert.Contains("covariance of features 0 and 1 is NaN",
            Assert.Throws<PlaygroundException>(() => new FeatureStatistics([0, 0], [1, double.NaN, 0, 1])).Message,
            StringComparison.Ordinal);
        Assert.Contains("Feature 1 of picture 1 is NaN",
            Assert.Throws<PlaygroundException>(() => new FeatureMatrix(2, 2, [1, 2, 3, float.NaN])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(96)]
    public void Parts_of_a_sample_have_the_distance_of_their_own_statistics(int dimensions)
    {
        var (x, y) = Recorded.Features(dimensions);
        var sample = new FrechetSample(y, Recorded.Statistics(x));
        var counts = Draw.Resample(y.Count, new Random(3));
        var drawn = y.Take([.. Enumerable.Range(0, y.Count).SelectMany(i => Enumerable.Repeat(i, counts[i]))]);
        Assert.Equal(FrechetDistance.BetweenSamples(x, drawn).Value, sample.Distance(counts), 4);
        Assert.Equal(FrechetDistance.BetweenSamples(x, y).Value, sample.Distance([.. Enumerable.Repeat(1, y.Count)]), 4);
    }

    [Fact]
    public void FID_infinity_finds_the_line_and_undoes_the_bias_of_small_samples()
    {
        double[] x = [1, 2, 3, 4];
        var line = FrechetInfinity.Line(x, [.. x.Select(v => 5 + 2 * v)], 1);
        Assert.Equal((5, 0, 1), (Math.Round(line.Value, 12), Math.Round(line.StandardError, 12), Math.Round(line.Fit, 12)));

        // Both samples are of one distribution, whose true distance is 0.
        var random = new Random(1);
        var generated = Normal(random, 600, 24);
        var truth = new FeatureStatistics(new double[24], Diagonal(Constant(1, 24)));
        var biased = FrechetDistance.Between(truth, Recorded.Statistics(generated)).Value;
        var infinite = FrechetInfinity.Of(new FrechetSample(generated, truth), 600, 24, random);
        Assert.True(biased > 0.2, $"{biased}");
        Assert.InRange(infinite.Value, -0.25 * biased, 0.25 * biased);
        Assert.True(infinite.Fit > 0.9, $"{infinite.Fit}");
    }

    [Fact]
    public void The_interval_of_a_sample_holds_the_scores_of_other_samples()
    {
        var truth = new FeatureStatistics(Constant(0.5, 8), Diagonal(Constant(2, 8)));
        double[] others = [.. Enumerable.Range(0, 60)
            .Select(seed => FrechetDistance.Between(truth, Recorded.Statistics(Normal(new Random(seed), 200, 8))).Value)];
        var error = FrechetInterval.StandardError(new FrechetSample(Normal(new Random(99), 200, 8), truth), 200, 100, new Random(0));
        Assert.InRange(error / Spread.Deviation(others), 0.7, 1.4);
    }

    private static FeatureMatrix Normal(Random random, int count, int dimensions)
        => new(count, dimensions, [.. Enumerable.Range(0, count * dimensions)
            .Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))]);
}
