namespace Playground.Evaluation.Statistics;

/// <summary>What an evaluation is at.</summary>
/// <param name="Code">A name that does not change with the words.</param>
/// <param name="Words">In English.</param>
public sealed record EvaluationStage(string Code, string Words)
{
    /// <summary>Images on either side of a comparison, and images on their own, as progress calls them.</summary>
    public const string Real = "real", Generated = "generated", Given = "given";

    public static EvaluationStage Nearest { get; } = new("nearest", "nearest real images");

    public static EvaluationStage Distance { get; } = new("distance", "Fréchet distance");

    public static EvaluationStage DistanceInterval { get; } = new("distance-interval", "interval of the Fréchet distance");

    public static EvaluationStage DistanceInfinity { get; } = new("distance-infinity", "extrapolated Fréchet distance");

    public static EvaluationStage Kid { get; } = new("kid", "KID");

    public static EvaluationStage PrecisionRecall { get; } = new("precision-recall", "precision and recall");

    public static EvaluationStage DensityCoverage { get; } = new("density-coverage", "density and coverage");

    public static EvaluationStage Classes { get; } = new("classes", "classes");

    public static EvaluationStage Prompts { get; } = new("prompts", "prompts");

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<EvaluationStage> All { get; } =
    [
        .. new[] { Real, Generated, Given }.SelectMany(side => new[] { Reading(side), Features(side) }),
        Distance, DistanceInterval, DistanceInfinity, Kid, PrecisionRecall, DensityCoverage, Classes, Prompts, Nearest,
    ];

    /// <summary>Files are read for their hash.</summary>
    /// <param name="side">One of the constants.</param>
    public static EvaluationStage Reading(string side) => new($"reading-{side}", $"reading the {side} images");

    /// <summary>Features are taken; the images are counted.</summary>
    /// <param name="side">One of the constants.</param>
    public static EvaluationStage Features(string side) => new($"features-{side}", $"features of the {side} images");

    /// <inheritdoc />
    public override string ToString() => Words;
}
