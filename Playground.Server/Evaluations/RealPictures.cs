using Playground.Core.Data.Sets;
using Playground.Evaluation.Metrics;

namespace Playground.Server.Evaluations;

/// <summary>The reference's side: its features, and its pictures where it has some.</summary>
/// <param name="Side">Statistics and features.</param>
/// <param name="Pictures">Null where only statistics are there.</param>
internal sealed record RealPictures(EvaluatedSide Side, IPictureSet? Pictures) : IDisposable
{
    /// <summary>What the classes are called, by label; empty where they have no names.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    public void Dispose() => Pictures?.Dispose();
}
