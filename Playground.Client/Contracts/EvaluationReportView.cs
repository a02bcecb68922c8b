namespace Playground.Client.Contracts;

/// <summary>The report of one combination.</summary>
/// <param name="Title">What was evaluated.</param>
/// <param name="Created">When it was finished.</param>
/// <param name="Real">Name of the reference; null where images were compared with prompts alone.</param>
/// <param name="RealCount">Images of the reference; null where statistics do not say.</param>
/// <param name="GeneratedCount">Images that were evaluated.</param>
/// <param name="SampleCount">Images in the grid of samples; 0 where there is none.</param>
/// <param name="Extractor">What took the features; null: not known.</param>
/// <param name="Scores">In the order of the report.</param>
/// <param name="Classes">Empty where one side has no classes.</param>
/// <param name="Charts">What compares all combinations of the evaluation.</param>
/// <param name="Nearest">Null where the reference has no images.</param>
/// <param name="Warnings">What holds for the whole report, a sentence each.</param>
public sealed record EvaluationReportView(string Title, DateTimeOffset Created, string? Real, long? RealCount, long? GeneratedCount,
    int SampleCount, ReportExtractor? Extractor, IReadOnlyList<ReportScore> Scores, IReadOnlyList<ReportClass> Classes,
    IReadOnlyList<ReportChart> Charts, ReportNearest? Nearest, IReadOnlyList<Remark> Warnings)
{
    /// <summary>What the distance means and whether it may be compared; empty where there is none.</summary>
    public IReadOnlyList<Remark> Verdict { get; init; } = [];
}

/// <summary>What took the features.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Preprocessing">What was done to the images before it.</param>
/// <param name="WeightsHash">SHA-256 of its weights.</param>
/// <param name="Dimensions">Length of a feature vector.</param>
/// <param name="Note">Whether its scores may be compared with published ones; null: nothing to say.</param>
public sealed record ReportExtractor(string Name, string Preprocessing, string WeightsHash, int Dimensions, Remark? Note);

/// <summary>One number.</summary>
/// <param name="Id">Such as <c>kid</c>.</param>
/// <param name="Name">Such as "Fréchet distance, ResNet-18 features".</param>
/// <param name="Value">Null where it could not be computed.</param>
/// <param name="Low">Lower end of its 95 % interval; null: none.</param>
/// <param name="High">Upper end; null: none, or no limit.</param>
/// <param name="LowerIsBetter">Whether less is better.</param>
/// <param name="Method">How it was computed; null: it was not.</param>
/// <param name="IntervalMethod">How its interval was found; null: it has none.</param>
/// <param name="Warnings">What makes it less than it seems, a sentence each.</param>
public sealed record ReportScore(string Id, string Name, double? Value, double? Low, double? High, bool LowerIsBetter, Remark? Method,
    Remark? IntervalMethod, IReadOnlyList<Remark> Warnings);

/// <summary>How well one class is met.</summary>
/// <param name="Name">The class.</param>
/// <param name="Real">Real images.</param>
/// <param name="Generated">Generated images.</param>
/// <param name="Distance">The Fréchet distance within the class; null with too few images.</param>
/// <param name="Low">Lower end of its interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="Precision">Null with too few images.</param>
/// <param name="Recall">Null with too few images.</param>
/// <param name="IsSingular">Whether there are fewer images than features, so that only classes of equal numbers compare.</param>
public sealed record ReportClass(string Name, int Real, int Generated, double? Distance, double? Low, double? High, double? Precision,
    double? Recall, bool IsSingular);

/// <summary>The distance against something.</summary>
/// <param name="Id"><c>distance-steps</c>, <c>distance-time</c> or <c>distance-guidance</c>.</param>
/// <param name="DistanceName">What runs along the left edge.</param>
/// <param name="IsLogarithmic">Whether the lower edge is logarithmic; all values are above 0 then.</param>
/// <param name="Lines">At least one.</param>
public sealed record ReportChart(string Id, string DistanceName, bool IsLogarithmic, IReadOnlyList<ReportLine> Lines);

/// <summary>One line of a chart.</summary>
/// <param name="Name">Such as a sampler's.</param>
/// <param name="Points">By rising x.</param>
public sealed record ReportLine(string Name, IReadOnlyList<ReportPoint> Points);

/// <summary>One point of a line, with its interval.</summary>
public sealed record ReportPoint(double X, double Y, double? Low, double? High);

/// <summary>The nearest real images of generated ones, which show copies of training data.</summary>
/// <param name="TooNear">Share of the generated images that are nearer to a real one than 99 in 100 real ones are to another.</param>
/// <param name="Threshold">That distance.</param>
/// <param name="Generated">Generated images that were looked at.</param>
/// <param name="Real">Real images that were searched.</param>
/// <param name="Pairs">The nearest, the nearest first.</param>
public sealed record ReportNearest(double TooNear, double Threshold, int Generated, int Real, IReadOnlyList<ReportPair> Pairs);

/// <summary>A generated image and the real one that is nearest.</summary>
/// <param name="GeneratedIndex">Place among the generated ones.</param>
/// <param name="RealIndex">Place among the real ones.</param>
/// <param name="Distance">Between their features.</param>
/// <param name="TooNear">Whether it is below the threshold.</param>
/// <param name="HasImages">Whether the report keeps the two images.</param>
public sealed record ReportPair(int GeneratedIndex, int RealIndex, double Distance, bool TooNear, bool HasImages);
