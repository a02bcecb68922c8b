using Playground.Core;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Tests.Metrics;

public sealed class MetricTests
{
    private static FeatureMatrix Line(params float[] values) => new(values.Length, 1, values);

    private static readonly FeatureMatrix s_real = Line(0, 1, 2, 4), s_generated = Line(3, 6);

    [Fact]
    public void KID_of_two_pairs_has_the_known_values()
    {
        FeatureMatrix x = new(2, 2, [1, 0, 0, 1]), y = new(2, 2, [1, 1, 0, 0]);
        Assert.Equal(-2.375, KernelDistance.Unbiased(x, y), 12);
        Assert.Equal(0.5625, KernelDistance.Biased(x, y), 12);
    }

    [Fact]
    public void The_Inception_score_of_two_sure_pictures_has_the_known_value()
    {
        var logits = new FeatureMatrix(2, 2, [MathF.Log(3), 0, 0, MathF.Log(3)]);
        Assert.Equal(1.1397535285, InceptionScore.Of(logits, 1, new Random(0)).Mean, 7);
        Assert.Contains("at least as many pictures",
            Assert.Throws<PlaygroundException>(() => InceptionScore.Of(logits, 10, new Random(0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Precision_and_recall_count_the_border_density_and_coverage_do_not()
    {
        var pr = PrecisionRecall.Of(s_real, s_generated, k: 1);
        Assert.Equal((1, 1), (pr.Precision, pr.Recall));
        var dc = DensityCoverage.Of(s_real, s_generated, k: 1);
        Assert.Equal((0.5, 0.25), (dc.Density, dc.Coverage));
    }

    [Fact]
    public void All_equal_what_numpy_makes_of_the_papers_formulas()
    {
        var (x, y) = Recorded.Features(12);
        Assert.Equal(Recorded.Metric("kid12"), KernelDistance.Unbiased(x, y), 9);
        Assert.Equal(Recorded.Metric("cmmd12"), ClipMmd.Of(x, y), 6);
        Assert.Equal(Recorded.Metric("is12"),
            InceptionScore.Of(new FeatureMatrix(x.Count, 12, [.. x.Values.Select(v => 2 * v)]), 1, new Random(0)).Mean, 6);
        var pr = PrecisionRecall.Of(x, y);
        Assert.Equal((Recorded.Metric("precision12"), Recorded.Metric("recall12")), (pr.Precision, pr.Recall));
        var dc = DensityCoverage.Of(x, y);
        Assert.Equal(Recorded.Metric("density12"), dc.Density, 9);
        Assert.Equal(Recorded.Metric("coverage12"), dc.Coverage);
    }

    [Fact]
    public void Subsets_of_KID_agree_with_the_whole_and_are_one_where_they_would_be_the_same()
    {
        var (x, y) = Recorded.Features(12);
        var (mean, deviation, subsets, size) = KernelDistance.OverSubsets(x, y, new Random(0));
        Assert.Equal((100, 250), (subsets, size));
        Assert.InRange(mean, Recorded.Metric("kid12") - deviation, Recorded.Metric("kid12") + deviation);
        Assert.True(deviation > 0);
        Assert.Equal(1, KernelDistance.OverSubsets(y, y, new Random(0)).Subsets);
    }

    [Fact]
    public void The_interval_of_KID_holds_the_spread_of_other_samples()
    {
        double Kid(int seed)
        {
            var (x, y) = (Uniform(seed, 200, 0), Uniform(seed + 1000, 200, 0.3f));
            return KernelDistance.Unbiased(x, y);
        }
        var error = DisjointBlocks.StandardError(Uniform(7, 200, 0), Uniform(8, 200, 0.3f), KernelDistance.Unbiased, new Random(0))!.Value;
        Assert.InRange(error / Spread.Deviation([.. Enumerable.Range(0, 60).Select(Kid)]), 0.7, 2);
        Assert.Null(DisjointBlocks.StandardError(Uniform(7, 79, 0), Uniform(8, 200, 0), KernelDistance.Unbiased, new Random(0)));
    }

    [Fact]
    public void CLIP_score_has_both_conventions_and_cuts_at_zero()
    {
        var score = ClipScore.Of(new FeatureMatrix(2, 2, [3, 4, 1, 0]), new FeatureMatrix(2, 2, [0, 2, -1, 0]));
        Assert.Equal([0.8, -1], score.Cosines.Select(c => Math.Round(c, 12)));
        Assert.Equal((1, 40), (Math.Round(score.Hessel, 12), Math.Round(score.Torchmetrics, 12)));
        Assert.Contains("a prompt for every picture", Assert.Throws<PlaygroundException>(
            () => ClipScore.Of(new FeatureMatrix(2, 1, [1, 1]), new FeatureMatrix(1, 1, [1]))).Message, StringComparison.Ordinal);
        Assert.Contains("all zeros", Assert.Throws<PlaygroundException>(
            () => ClipScore.Of(new FeatureMatrix(1, 1, [0]), new FeatureMatrix(1, 1, [1]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_of_real_pictures_are_too_near_and_new_ones_are_not()
    {
        var real = Uniform(1, 500, 0);
        var fresh = NearestReal.Of(real, Uniform(2, 500, 0), new Random(0));
        Assert.InRange(fresh.TooNear, 0, 0.05);
        var copied = real.Take([7, 7, 90]);
        var nearest = NearestReal.Of(real, copied, new Random(0));
        Assert.Equal([7, 7, 90], nearest.Indices);
        Assert.Equal(1, nearest.TooNear);
        Assert.True(nearest.Squared.Max() < 1e-9);
    }

    [Fact]
    public void A_side_with_too_few_pictures_is_an_error_with_the_number_needed()
        => Assert.Contains("at least 4 pictures; there are 2",
            Assert.Throws<PlaygroundException>(() => PrecisionRecall.Of(s_real, s_generated)).Message, StringComparison.Ordinal);

    private static FeatureMatrix Uniform(int seed, int count, float shift)
    {
        var random = new Random(seed);
        return new FeatureMatrix(count, 6, [.. Enumerable.Range(0, count * 6).Select(_ => shift + 2 * random.NextSingle())]);
    }
}
