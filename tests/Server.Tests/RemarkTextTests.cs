using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Playground.Client.Resources;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Server.Tests;

/// <summary>The pages say every sentence of a report in both languages.</summary>
public sealed class RemarkTextTests
{
    private static IStringLocalizer Texts(string language)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        return new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance)
            .Create(typeof(EvaluateTexts));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh-Hans")]
    public void Every_sentence_of_a_report_has_its_words(string language)
    {
        var texts = Texts(language);
        var codes = typeof(RemarkCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetValue(null)!).ToList();
        Assert.NotEmpty(codes);
        Assert.DoesNotContain(codes, c => texts[$"Remark_{c}"].ResourceNotFound);
        Assert.DoesNotContain(BundledExtractor.All, e => texts[$"FeaturesName_{e.FeaturesName}"].ResourceNotFound);
        Assert.DoesNotContain(BundledExtractor.All, e => texts[$"Extractor_{e.Id}"].ResourceNotFound);
    }

    [Fact]
    public void What_small_samples_bring_forth_is_said_in_Chinese_with_its_numbers_in_place()
    {
        var texts = Texts("zh-Hans");
        var scores = MetricSuite.Compute(Side(6, 1), Side(7, 2), new MetricOptions { Resamples = 4 },
            TestContext.Current.CancellationToken);
        var remarks = scores.SelectMany(s => s.Warnings.Append(s.Method).Append(s.Interval?.Method)).OfType<Remark>().ToList();
        Assert.True(remarks.Count > 5);
        Assert.All(remarks, remark =>
        {
            var said = string.Format(CultureInfo.InvariantCulture, texts[$"Remark_{remark.Code}"], [.. remark.Values]);
            Assert.Matches("[\\u4e00-\\u9fff]", said);
            Assert.DoesNotMatch(@"\{\d", said);
        });
        Assert.Contains(remarks, r => r.Code == RemarkCode.FewReal && r.Values[0] == "6");
    }

    private static EvaluatedSide Side(int count, int seed)
    {
        const int Features = 8;
        var random = new Random(seed);
        var values = Enumerable.Range(0, count * Features).Select(_ => (float)random.NextDouble()).ToArray();
        var moments = new FeatureMoments(Features);
        moments.Add(values);
        var sample = new FeatureSample(new FeatureMatrix(count, Features, values), null, [.. Enumerable.Range(0, count)], []);
        return new EvaluatedSide($"side {seed}", moments.ToStatistics(), sample);
    }
}
