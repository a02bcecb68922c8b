using Playground.Core;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;
using Playground.Evaluation.Tests.Metrics;

namespace Playground.Evaluation.Tests.Statistics;

public sealed class FeatureMomentsTests
{
    [Fact]
    public void Mean_and_covariance_equal_numpys()
    {
        var (x, y) = Recorded.Features(12);
        AssertEqual(StatisticsFile.Read(Recorded.At("stats-12.npz")).Statistics, Recorded.Statistics(x), 10);
        AssertEqual(StatisticsFile.Read(Recorded.At("stats-12-compressed.npz")).Statistics, Recorded.Statistics(y), 10);
    }

    [Fact]
    public void Batches_of_any_size_give_the_same_bits()
    {
        var values = Values(1300, 5, offset: 1000);
        var expected = Of(values, 1300).ToStatistics();
        foreach (var batch in new[] { 1, 7, 512, 1000 }) Assert.Equal(expected.Sigma, Of(values, batch).ToStatistics().Sigma);
    }

    [Fact]
    public void Features_far_from_zero_lose_no_digits_and_merged_halves_equal_the_whole()
    {
        var values = Values(1300, 5, offset: 1000);
        var exact = Of([.. values.Select(v => v - 1000)], 1300).ToStatistics();
        var half = Of(values[..(700 * 5)], 64);
        half.Merge(Of(values[(700 * 5)..], 64));
        var merged = half.ToStatistics();
        Assert.Equal(1300, merged.Count);
        for (var i = 0; i < 25; i++) Assert.Equal(exact.Sigma[i], merged.Sigma[i], 1e-10);
        for (var i = 0; i < 5; i++) Assert.Equal(exact.Mu[i] + 1000, merged.Mu[i], 1e-10);
    }

    [Fact]
    public void Too_few_pictures_and_features_that_are_not_finite_are_errors_that_name_them()
    {
        var moments = new FeatureMoments(2);
        Assert.Contains("there are none", Assert.Throws<PlaygroundException>(moments.ToStatistics).Message, StringComparison.Ordinal);
        moments.Add([1, 2]);
        Assert.Contains("there is 1", Assert.Throws<PlaygroundException>(moments.ToStatistics).Message, StringComparison.Ordinal);
        Assert.Contains("Feature 0 of picture 2 is",
            Assert.Throws<PlaygroundException>(() => moments.Add([3, 4, float.PositiveInfinity, 4])).Message, StringComparison.Ordinal);
    }

    private static FeatureMoments Of(float[] values, int batch)
    {
        var moments = new FeatureMoments(5);
        foreach (var part in values.Chunk(batch * 5)) moments.Add(part);
        return moments;
    }

    // Multiples of 1/64, so that adding 1000 in float32 rounds nothing off.
    private static float[] Values(int count, int dimensions, float offset)
    {
        var random = new Random(4);
        return [.. Enumerable.Range(0, count * dimensions).Select(_ => offset + random.Next(-128, 128) / 64f)];
    }

    private static void AssertEqual(FeatureStatistics expected, FeatureStatistics actual, int digits)
    {
        foreach (var (e, a) in expected.Mu.Zip(actual.Mu)) Assert.Equal(e, a, digits);
        foreach (var (e, a) in expected.Sigma.Zip(actual.Sigma)) Assert.Equal(e, a, digits);
    }
}
