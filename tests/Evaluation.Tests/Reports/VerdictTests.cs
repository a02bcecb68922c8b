using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;

namespace Playground.Evaluation.Tests.Reports;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(40L, 1000L, 64, RemarkCode.VerdictFewReal)]
    [InlineData(1000L, 40L, 64, RemarkCode.VerdictFewGenerated)]
    [InlineData(65L, 1000L, 64, RemarkCode.VerdictBiased)]
    [InlineData(1000L, 319L, 64, RemarkCode.VerdictBiased)]
    [InlineData(320L, 320L, 64, RemarkCode.VerdictEnough)]
    [InlineData(10_000L, 9_999L, 2048, RemarkCode.VerdictBiased)]
    [InlineData(10_000L, 10_000L, 2048, RemarkCode.VerdictEnough)]
    [InlineData(null, 10_000L, 2048, RemarkCode.VerdictUnknown)]
    public void It_says_whether_there_were_enough_images(long? real, long? generated, int dimensions, string code)
        => Assert.Equal([RemarkCode.VerdictMeaningInterval, code], Verdict.Of(Of(real, generated, dimensions)).Select(v => v.Code));

    [Fact]
    public void It_gives_the_distance_with_its_interval_and_the_number_that_is_needed()
    {
        var verdict = Verdict.Of(Of(40, 1000, 64));
        Assert.Equal("The distance to 'MNIST, training set' is 4.568 (95 %: 4.100 to 5.000). Lower is better; 0 would be images like the "
            + "real ones.", verdict[0].Text);
        Assert.Equal(["40", "65", "320"], verdict[1].Values);
        Assert.Contains(verdict[1].Text, HtmlReport.Write(Of(40, 1000, 64)), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_distance_there_is_none()
    {
        Assert.Empty(Verdict.Of(Of(40, 1000, 64) with { Scores = [] }));
        Assert.Empty(Verdict.Of(Of(40, 1000, 64) with { Real = null }));
    }

    private static EvaluationReport Of(long? real, long? generated, int dimensions)
    {
        var report = Sample.Report();
        return report with
        {
            Real = report.Real! with { Count = real },
            Generated = report.Generated with { Count = generated },
            Extractor = report.Extractor! with { Dimensions = dimensions },
        };
    }
}
