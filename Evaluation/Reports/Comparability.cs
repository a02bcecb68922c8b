using Playground.Evaluation.Features;
using Playground.Evaluation.Features.Inception;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Reports;

/// <summary>Which published numbers a report's may stand beside.</summary>
internal static class Comparability
{
    /// <returns>Null where FID is the one that papers mean.</returns>
    public static Remark? Of(FeatureOrigin origin) => (origin.Extractor, origin.Preprocessing) switch
    {
        (FidInception.Name, "pytorch-fid") => null,
        (FidInception.Name, var other) =>
            Remark.Of(RemarkCode.ComparePreprocessing, $"Compare these scores only with others of the preprocessing '{other}': the way of "
                + $"resizing alone changes FID by whole points."),
        _ => Remark.Of(RemarkCode.CompareOwn,
            $"These scores are not comparable with FIDs of Inception, nor with those of any other extractor."),
    };
}
