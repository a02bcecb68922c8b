using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;

namespace Playground.Evaluation.Statistics;

/// <summary>What an extractor makes of a set of pictures.</summary>
/// <param name="File">Statistics and kept features, with their origin.</param>
/// <param name="LeftOut">Pictures that could not be used.</param>
/// <param name="FromCache">Whether nothing had to be computed.</param>
/// <param name="CacheProblem">Why they could not be kept, in a sentence; null where they were, or need not be.</param>
public sealed record CollectedFeatures(StatisticsFile File, IReadOnlyList<LeftOutFile> LeftOut, bool FromCache,
    string? CacheProblem = null);

/// <summary>
/// Takes statistics and features of sets of pictures, or finds them in a cache. With a cache, a run that is cut off leaves there what it
/// has taken, and the next one of the same goes on with it.
/// </summary>
public sealed partial class FeatureCollector(IFeatureExtractor extractor, StatisticsCache? cache = null, int seed = 0,
    FeatureStreamOptions? streaming = null)
{
    /// <param name="source">Read twice: for its hash, and for its features.</param>
    /// <param name="what">What progress calls the pictures: a constant of <see cref="EvaluationStage"/>.</param>
    /// <param name="progress">Told now and then, on any thread.</param>
    /// <param name="ct">Ends the work soon.</param>
    /// <exception cref="PlaygroundException">Fewer than two pictures could be read, or the network's features are not finite.</exception>
    public async Task<CollectedFeatures> CollectAsync(IPictureSet source, string what, Action<EvaluationProgress>? progress = null,
        CancellationToken ct = default)
    {
        progress?.Invoke(new EvaluationProgress(EvaluationStage.Reading(what), 0, null));
        var hash = await Task.Run(() => PictureSets.Hash(source, ct), ct);
        var origin = new FeatureOrigin(extractor.Name, extractor.Preprocessing, extractor.WeightsHash, hash);
        var reservoir = new FeatureReservoir(extractor.Dimensions, extractor.Classes, seed);
        var layout = Layout(source, reservoir.Capacity);
        if (cache?.Find(origin, layout) is { } known) return new CollectedFeatures(known, source.LeftOut, FromCache: true);

        using var journal = cache?.OpenJournal(origin, layout, extractor);
        var (moments, stage, taken) = (new FeatureMoments(extractor.Dimensions), EvaluationStage.Features(what), new HashSet<int>());
        foreach (var features in journal?.Read(source.Count) ?? []) Take(features);
        var stream = new FeatureStream(extractor, source, streaming) { Taken = taken };
        await foreach (var features in stream.ReadAsync(ct: ct))
        {
            journal?.Append(features);
            Take(features);
        }
        // With those that could not be read.
        progress?.Invoke(new EvaluationProgress(stage, source.Count, source.Count));
        var statistics = moments.Count >= 2 ? moments.ToStatistics()
            : throw new PlaygroundException($"Of '{source.Name}' 1 picture could be used; a covariance needs at least 2.");
        var file = new StatisticsFile(statistics, origin, reservoir.ToSample());
        // What was left out is told every time, so only sets that are whole are kept.
        var problem = stream.Skipped.Count == source.LeftOut.Count ? Keep(file, layout) : null;
        journal?.Complete();
        return new CollectedFeatures(file, stream.Skipped, FromCache: false, problem);

        void Take(PictureFeatures features)
        {
            moments.Add(features.Batch.Features);
            reservoir.Add(features, i => ClassOf(source, i));
            taken.UnionWith(features.Indices);
            progress?.Invoke(new EvaluationProgress(stage, moments.Count, source.Count));
        }
    }

    private string? Keep(StatisticsFile file, string layout)
    {
        try
        {
            cache?.Keep(file, layout);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"What was taken of the pictures could not be kept for the next time: {e.Message}";
        }
    }

    /// <summary>The picture's class: its folder or label, or what <c>sample</c> writes into a name.</summary>
    private static string? ClassOf(IPictureSet source, int index)
        => source.ClassOf(index) ?? (ClassInName().Match(source.NameOf(index)) is { Success: true } match ? match.Groups[1].Value : null);

    // The hash of the pictures knows neither order nor names, and the kept features depend on both; on the seed too where only a part is
    // kept.
    private string Layout(IPictureSet source, int capacity)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < source.Count; i++) hash.AppendData(Encoding.UTF8.GetBytes($"{source.NameOf(i)}\n{ClassOf(source, i)}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset()) + (source.Count > capacity ? $" {seed}" : "");
    }

    [GeneratedRegex(@"-class(\d+)\.[A-Za-z]+$")]
    private static partial Regex ClassInName();
}
