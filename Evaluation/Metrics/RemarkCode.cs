namespace Playground.Evaluation.Metrics;

/// <summary>What the sentences of reports say, by a name that does not change with the words.</summary>
public static class RemarkCode
{
    public const string CountUnknownReal = "count-unknown-real";
    public const string CountUnknownGenerated = "count-unknown-generated";
    public const string FewReal = "few-real";
    public const string FewGenerated = "few-generated";
    public const string BiasedReal = "biased-real";
    public const string BiasedGenerated = "biased-generated";
    public const string CountsDiffer = "counts-differ";
    public const string CountsUnknown = "counts-unknown";
    public const string NoInterval = "no-interval";
    public const string OnlyStatistics = "only-statistics";
    public const string ExtrapolationFew = "extrapolation-few";
    public const string ExtrapolationGuess = "extrapolation-guess";
    public const string ExtrapolationScatter = "extrapolation-scatter";
    public const string ExtrapolationNegative = "extrapolation-negative";
    public const string Singular = "singular";
    public const string Rounded = "rounded";
    public const string OriginUnknown = "origin-unknown";
    public const string NoLogits = "no-logits";
    public const string SplitsFew = "splits-few";
    public const string NeighborsFew = "neighbors-few";
    public const string KidScatters = "kid-scatters";
    public const string InceptionFew = "inception-few";
    public const string NeighborhoodsFew = "neighborhoods-few";
    public const string ScoreCountsDiffer = "score-counts-differ";
    public const string CmmdFew = "cmmd-few";
    public const string PromptsCut = "prompts-cut";
    public const string PromptsUnused = "prompts-unused";
    public const string LeftOutOne = "left-out-one";
    public const string LeftOut = "left-out";
    public const string NotKept = "not-kept";
    public const string TimesShared = "times-shared";
    public const string ComparePreprocessing = "compare-preprocessing";
    public const string CompareOwn = "compare-own";
    public const string HowFrechet = "how-frechet";
    public const string HowExtrapolation = "how-extrapolation";
    public const string HowKidSubsets = "how-kid-subsets";
    public const string HowKidAll = "how-kid-all";
    public const string HowInception = "how-inception";
    public const string HowNeighbors = "how-neighbors";
    public const string HowClip = "how-clip";
    public const string HowCmmd = "how-cmmd";
    public const string IntervalGenerated = "interval-generated";
    public const string IntervalExtrapolation = "interval-extrapolation";
    public const string IntervalBlocks = "interval-blocks";
    public const string IntervalBootstrap = "interval-bootstrap";
    public const string IntervalWilson = "interval-wilson";
    public const string IntervalNeighborhoods = "interval-neighborhoods";
    public const string IntervalShare = "interval-share";
    public const string HowPrompts = "how-prompts";
    public const string PromptsUnknown = "prompts-unknown";
    public const string IntervalPairs = "interval-pairs";
}
