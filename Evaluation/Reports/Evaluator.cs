using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Core.Imaging;
using Playground.Evaluation.Clip;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Evaluation.Reports;

/// <summary>
/// Compares sets of pictures with a reference by an extractor's features, and with prompts by CLIP, and tells what it found. What the
/// reference takes is taken once, however many sets are judged. With a cache, an evaluation that is cut off is gone on with by the same
/// call in another process, at the picture where it was.
/// </summary>
/// <param name="real">The reference; null for the CLIP score alone. Stays its holder's.</param>
/// <param name="extractor">Null where both sides are statistics, or CLIP's scores alone are wanted; stays its holder's.</param>
/// <param name="options">Which scores.</param>
/// <param name="cache">Null to take everything anew.</param>
/// <param name="clip">Null for no CLIP scores.</param>
public sealed class Evaluator(EvaluationInput? real, IFeatureExtractor? extractor, MetricOptions options, StatisticsCache? cache = null,
    ClipComparison? clip = null)
{
    private const int Pairs = 16, GridSide = 8, MostLeftOut = 1000;

    private sealed record Side(EvaluatedSide Evaluated, ReportedSide Reported);

    private readonly StatisticsCache? _cache = cache;
    private Side? _real;

    /// <summary>Keeps what is taken of the pictures that are judged; the cache of the reference unless told.</summary>
    public StatisticsCache? GeneratedCache { get; init; } = cache;

    /// <param name="title">The report's title.</param>
    /// <param name="generated">What is judged.</param>
    /// <param name="ct">Ends the work soon.</param>
    /// <exception cref="PlaygroundException">A side cannot be used, or the two are of different extractors.</exception>
    public async Task<EvaluationReport> EvaluateAsync(string title, EvaluationInput generated, CancellationToken ct = default)
    {
        var report = real is not null && (extractor is not null || clip is null) ? await CompareAsync(title, real, generated, ct) : null;
        if (clip is null) return report ?? throw new PlaygroundException(
            "There is nothing to compare the pictures with: give real pictures, or a CLIP model and prompts.");
        if (generated.Pictures is not { } pictures)
            throw new PlaygroundException($"'{generated.Name}' is statistics; CLIP's scores need the pictures.");
        var found = await clip.ScoreAsync(real?.Pictures, pictures, options, _cache, GeneratedCache, ct);
        report ??= Empty(title, found.Real is null ? null : Reported(real!.Name, found.Real),
            Reported(generated.Name, found.Generated)) with
        { Samples = Samples(pictures) };
        return report with
        {
            Scores = [.. report.Scores, .. found.Scores],
            Clip = new ReportedExtractor(clip.Model.Name, clip.Model.Preprocessing.Name, clip.Model.Hash,
                found.Generated.File.Statistics.Dimensions),
            Warnings = [.. report.Warnings, .. found.Warnings],
        };
    }

    private async Task<EvaluationReport> CompareAsync(string title, EvaluationInput real, EvaluationInput generated, CancellationToken ct)
    {
        var reference = _real ??= await TakeAsync(real, EvaluationStage.Real, _cache, ct);
        var judged = await TakeAsync(generated, EvaluationStage.Generated, GeneratedCache, ct);
        return await Task.Run(() => Report(title, (real, reference), (generated, judged), ct), ct);
    }

    private EvaluationReport Report(string title, (EvaluationInput Input, Side Side) real, (EvaluationInput Input, Side Side) generated,
        CancellationToken ct)
    {
        var (x, y) = (real.Side.Evaluated, generated.Side.Evaluated);
        var scores = MetricSuite.Compute(x, y, options, ct);
        return Empty(title, real.Side.Reported, generated.Side.Reported) with
        {
            Extractor = (y.Origin ?? x.Origin) is { } origin ? new ReportedExtractor(origin.Extractor, origin.Preprocessing,
                origin.WeightsHash, y.Statistics.Dimensions, Comparability.Of(origin)) : null,
            Scores = scores,
            Classes = ClassScores.Of(x.Sample, y.Sample, options, ct),
            Neighbours = Neighbours(real, generated, ct),
            Samples = Samples(generated.Input.Pictures),
        };
    }

    private EvaluationReport Empty(string title, ReportedSide? real, ReportedSide generated) => new()
    {
        Title = title,
        Created = DateTimeOffset.UtcNow,
        Real = real,
        Generated = generated,
        Seed = options.Seed,
        Warnings = [.. Problems(real), .. Problems(generated)],
    };

    private async Task<Side> TakeAsync(EvaluationInput input, string what, StatisticsCache? keeper, CancellationToken ct)
    {
        if (input.Statistics is { } statistics)
            return new Side(new EvaluatedSide(input.Name, statistics), new ReportedSide(input.Name, statistics.Statistics.Count)
            { DataHash = statistics.Origin?.DataHash, Kept = statistics.Sample?.Count });
        if (extractor is null) throw new PlaygroundException($"'{input.Name}' is pictures, and no extractor was named to compare them by.");
        var collected = await new FeatureCollector(extractor, keeper, options.Seed).CollectAsync(input.Pictures!, what,
            options.Progress, ct);
        return new Side(new EvaluatedSide(input.Name, collected.File), Reported(input.Name, collected));
    }

    private static ReportedSide Reported(string name, CollectedFeatures collected) => new(name, collected.File.Statistics.Count)
    {
        DataHash = collected.File.Origin!.DataHash,
        Kept = collected.File.Sample!.Count,
        FromCache = collected.FromCache,
        CacheProblem = collected.CacheProblem,
        LeftOutCount = collected.LeftOut.Count,
        LeftOut = [.. collected.LeftOut.Take(MostLeftOut).Select(s => new LeftOutFile(s.Name, s.Reason))],
    };

    private ReportedNeighbours? Neighbours((EvaluationInput Input, Side Side) real, (EvaluationInput Input, Side Side) generated,
        CancellationToken ct)
    {
        if (real.Side.Evaluated.Sample is not { Count: > 1 } x || generated.Side.Evaluated.Sample is not { } all) return null;
        options.Progress?.Invoke(new EvaluationProgress(EvaluationStage.Nearest, 0, null));
        int[] chosen = all.Count <= SampleScores.MostNeighbours ? [.. Enumerable.Range(0, all.Count)]
            : [.. Draw.Subset(all.Count, SampleScores.MostNeighbours, options.Random("neighbours")).Order()];
        var nearest = NearestReal.Of(x.Features, all.Features.Take(chosen), options.Random("nearest"), ct);
        var pairs = Enumerable.Range(0, chosen.Length).OrderBy(i => nearest.Squared[i]).Take(Pairs)
            .Select(i => Pair(all.Indices[chosen[i]], x.Indices[nearest.Indices[i]], nearest.Squared[i], nearest.Threshold,
                real.Input.Pictures, generated.Input.Pictures));
        return new ReportedNeighbours(nearest.TooNear, Math.Sqrt(nearest.Threshold), chosen.Length, x.Count, [.. pairs]);
    }

    private static ReportedPair Pair(int generated, int real, double squared, double threshold, IPictureSet? reals,
        IPictureSet? generateds) => new(generated, real, Math.Sqrt(squared), squared < threshold)
        {
            Generated = TryRead(generateds, generated) is { } picture
            ? Thumbnail.Reported(picture, $"Generated: {generateds!.NameOf(generated)}")
            : null,
            Real = TryRead(reals, real) is { } other ? Thumbnail.Reported(other, $"Real: {reals!.NameOf(real)}") : null,
        };

    // Pictures drawn by the seed, of the size of the first of them.
    private ReportedPicture? Samples(IPictureSet? source)
    {
        if (source is null) return null;
        var tiles = new List<PictureBatch>();
        foreach (var i in Draw.Subset(source.Count, Math.Min(source.Count, 2 * GridSide * GridSide), options.Random("samples")))
        {
            if (tiles.Count == GridSide * GridSide || TryRead(source, i) is not { } picture) continue;
            var tile = Thumbnail.Of(picture);
            if (tiles.Count == 0 || (tile.Height, tile.Width, tile.Channels) == (tiles[0].Height, tiles[0].Width, tiles[0].Channels))
                tiles.Add(tile);
        }
        if (tiles is not [var first, ..]) return null;
        var grid = PictureBatch.Grid(new PictureBatch(tiles.Count, first.Height, first.Width, first.Channels,
            [.. tiles.SelectMany(t => t.Pixels)]), GridSide);
        return new ReportedPicture(PngFile.Encode(grid), grid.Width, grid.Height, $"{tiles.Count} of the generated pictures, at random");
    }

    private static PictureBatch? TryRead(IPictureSet? source, int index)
    {
        try
        {
            return source?.Read(index);
        }
        catch (PlaygroundException)
        {
            // Told among those left out, or gone since its features were taken.
            return null;
        }
    }

    private static IEnumerable<Remark> Problems(ReportedSide? side)
    {
        if (side is { LeftOutCount: 1 })
            yield return Remark.Of(RemarkCode.LeftOutOne, $"1 file of '{side.Name}' left out; the end of the report says which, and why.");
        else if (side is { LeftOutCount: > 1 })
            yield return Remark.Of(RemarkCode.LeftOut,
                $"{side.LeftOutCount} files of '{side.Name}' left out; the end of the report says which, and why.");
        if (side?.CacheProblem is { } problem) yield return new Remark(RemarkCode.NotKept, problem, [problem]);
    }
}
