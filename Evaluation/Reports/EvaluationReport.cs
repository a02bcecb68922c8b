using Playground.Evaluation.Metrics;

namespace Playground.Evaluation.Reports;

/// <summary>Everything that an evaluation found, to be shown, kept and compared.</summary>
public sealed record EvaluationReport
{
    /// <summary>What was evaluated, such as the model's name.</summary>
    public required string Title { get; init; }

    /// <summary>When it was finished.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Null where pictures were held against prompts alone.</summary>
    public ReportedSide? Real { get; init; }

    public required ReportedSide Generated { get; init; }

    /// <summary>Null where only statistics of unknown origin were compared.</summary>
    public ReportedExtractor? Extractor { get; init; }

    /// <summary>The CLIP model, where one was used.</summary>
    public ReportedExtractor? Clip { get; init; }

    /// <summary>With the same seed and pictures the report comes out the same.</summary>
    public int Seed { get; init; }

    public IReadOnlyList<MetricScore> Scores { get; init; } = [];

    /// <summary>Empty where one side has no classes.</summary>
    public IReadOnlyList<ClassScore> Classes { get; init; } = [];

    public ReportedNeighbours? Neighbours { get; init; }

    /// <summary>Some of the generated pictures in one PNG.</summary>
    public ReportedPicture? Samples { get; init; }

    /// <summary>Scores against something, such as the distance against steps for each sampler.</summary>
    public IReadOnlyList<ReportedChart> Charts { get; init; } = [];

    /// <summary>What holds for the whole report, a sentence each.</summary>
    public IReadOnlyList<Remark> Warnings { get; init; } = [];

    /// <summary>Key and name of the Fréchet distance here, whether or not it is among the scores.</summary>
    internal (string Id, string Name) Distance()
        => Scores.FirstOrDefault(s => DistanceName.Is(s.Id)) is { } score ? (score.Id, score.Name)
            : Named(DistanceName.Of(Extractor?.Name, Extractor?.Dimensions ?? 0));

    private static (string Id, string Name) Named(DistanceName name) => (name.Id, name.Name);
}

/// <summary>The real or the generated pictures.</summary>
/// <param name="Name">Where they are from.</param>
/// <param name="Count">Pictures that were used; null where statistics do not say.</param>
public sealed record ReportedSide(string Name, long? Count)
{
    /// <summary>SHA-256 of the pictures; null where it was not taken.</summary>
    public string? DataHash { get; init; }

    /// <summary>Pictures whose features were kept for the scores that need them.</summary>
    public int? Kept { get; init; }

    /// <summary>Whether the statistics are from the cache.</summary>
    public bool FromCache { get; init; }

    /// <summary>Why what was taken of them could not be kept; null where nothing went wrong.</summary>
    public string? CacheProblem { get; init; }

    /// <summary>How many files were left out.</summary>
    public long LeftOutCount { get; init; }

    /// <summary>Files that were left out, with the reason; the first thousand.</summary>
    public IReadOnlyList<LeftOutFile> LeftOut { get; init; } = [];
}

/// <summary>A file that could not be used.</summary>
public sealed record LeftOutFile(string Name, string Reason);

/// <summary>The network whose features were compared.</summary>
/// <param name="Note">Whether its scores may be compared with published ones; null where there is nothing to say.</param>
public sealed record ReportedExtractor(string Name, string Preprocessing, string WeightsHash, int Dimensions, Remark? Note = null);

/// <summary>The nearest real pictures of generated ones.</summary>
/// <param name="TooNear">Share of the generated pictures that are nearer to a real one than 99 in 100 real pictures are to another.</param>
/// <param name="Threshold">That distance, in the features' unit.</param>
/// <param name="Generated">Generated pictures that were looked at.</param>
/// <param name="Real">Real pictures among which was searched.</param>
/// <param name="Pairs">The nearest pairs, the nearest first.</param>
public sealed record ReportedNeighbours(double TooNear, double Threshold, int Generated, int Real, IReadOnlyList<ReportedPair> Pairs);

/// <param name="GeneratedIndex">Place in the generated set.</param>
/// <param name="RealIndex">Place in the real set.</param>
/// <param name="Distance">Between their features.</param>
public sealed record ReportedPair(int GeneratedIndex, int RealIndex, double Distance, bool TooNear)
{
    public ReportedPicture? Generated { get; init; }

    public ReportedPicture? Real { get; init; }
}

/// <summary>A picture within a report.</summary>
/// <param name="Png">A PNG file.</param>
/// <param name="Name">What a reader who cannot see it is told.</param>
public sealed record ReportedPicture(byte[] Png, int Width, int Height, string Name);

/// <summary>A line chart.</summary>
/// <param name="Id">Its key in CSV.</param>
/// <param name="X">What runs along the lower edge.</param>
/// <param name="XUnit">Such as s; empty for plain numbers.</param>
/// <param name="Y">What runs along the left edge.</param>
public sealed record ReportedChart(string Id, string Title, string X, string XUnit, string Y, IReadOnlyList<ReportedSeries> Series)
{
    /// <summary>For values that span orders of magnitude; all must be above 0.</summary>
    public bool LogX { get; init; }
}

/// <summary>One line of a chart, such as a sampler's.</summary>
public sealed record ReportedSeries(string Name, IReadOnlyList<ReportedPoint> Points);

/// <param name="Low">Lower end of the interval; null where there is none.</param>
/// <param name="High">Upper end.</param>
public sealed record ReportedPoint(double X, double Y, double? Low = null, double? High = null);
