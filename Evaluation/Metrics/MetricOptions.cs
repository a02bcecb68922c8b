using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Metrics;

/// <summary>Which scores are taken, and how carefully.</summary>
public sealed record MetricOptions
{
    /// <summary>Names of <see cref="MetricNames.All"/>; null for all that the two sides allow.</summary>
    public IReadOnlySet<string>? Metrics { get; init; }

    /// <summary>Decides subsets, splits and resamples: the same seed gives the same report.</summary>
    public int Seed { get; init; }

    /// <summary>Bootstrap resamples of the Fréchet distance; null: 200 up to 256 features, 50 up to 1024, 20 beyond.</summary>
    public int? Resamples { get; init; }

    /// <summary>Is told how far it has come, on the thread that computes.</summary>
    public Action<EvaluationProgress>? Progress { get; init; }

    internal bool Wants(string metric) => Metrics is null || Metrics.Contains(metric);

    /// <summary>A stream of its own for each purpose, so that one metric's numbers do not depend on which others are taken.</summary>
    internal Random Random(string purpose) => new(purpose.Aggregate(Seed, (hash, letter) => unchecked(hash * 31 + letter)));
}

/// <summary>Counts the steps of one stage.</summary>
internal sealed class Steps(MetricOptions options, EvaluationStage stage, long total)
{
    private long _done;

    public void Next() => options.Progress?.Invoke(new EvaluationProgress(stage, ++_done, total));
}
