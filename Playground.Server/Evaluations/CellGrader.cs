using Playground.Core.Imaging;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Reports;
using Playground.Evaluation.Statistics;
using Playground.Server.Jobs;
using Playground.Server.Sampling;

namespace Playground.Server.Evaluations;

/// <summary>Takes the scores of one combination.</summary>
internal sealed class CellGrader
{
    private const int Shown = 64, Pairs = 8;

    /// <param name="cell">What was asked for.</param>
    /// <param name="pictures">All of its pictures with their features.</param>
    /// <param name="extractor">What took the features.</param>
    /// <param name="real">The other side.</param>
    /// <param name="seed">Decides subsets and resamples.</param>
    /// <param name="onProgress">What is being computed.</param>
    /// <param name="ct">Stops it.</param>
    public GradedCell Grade(PlannedCell cell, GradedPictures pictures, IFeatureExtractor extractor, RealPictures real, long seed,
        Action<EvaluationProgress> onProgress, CancellationToken ct)
    {
        var named = new EvaluatedClasses(real.ClassNames, pictures.ClassNames);
        var (moments, reservoir) = (new FeatureMoments(extractor.Dimensions),
            new FeatureReservoir(extractor.Dimensions, extractor.Classes, seed: 0));
        var seconds = 0.0;
        foreach (var (features, labels, spent) in pictures.Read())
        {
            var from = (int)moments.Count;
            moments.Add(features.Features);
            reservoir.Add(new PictureFeatures([.. Enumerable.Range(from, labels.Length)], features),
                i => named.KeyOf(labels[i - from]));
            seconds += spent;
        }
        var sample = reservoir.ToSample();
        var origin = new FeatureOrigin(extractor.Name, extractor.Preprocessing, extractor.WeightsHash);
        var options = new MetricOptions { Seed = (int)(seed % int.MaxValue), Progress = onProgress };
        var scores = MetricSuite.Compute(real.Side, new EvaluatedSide(cell.Title, moments.ToStatistics(), sample, origin), options, ct);
        ClassScore[] classes = [.. ClassScores.Of(real.Side.Sample, sample, options, ct)
            .Select(c => c with { Name = named.NameOf(c.Name) })];
        return new GradedCell(cell, pictures.Count, sample.Count, cell.Request is null ? null : seconds, scores, classes, First(pictures),
            Nearest(pictures, sample, real, options, ct));
    }

    private static ReportedPicture First(GradedPictures pictures)
    {
        PictureBatch[] first = [.. Enumerable.Range(0, Math.Min(Shown, pictures.Count)).Select(pictures.Picture)];
        var grid = PictureGrid.Of(new PictureBatch(first.Length, first[0].Height, first[0].Width, first[0].Channels,
            [.. first.SelectMany(p => p.Pixels)]));
        return ToPicture(grid, $"The first {first.Length} generated images");
    }

    private static ReportedNeighbours? Nearest(GradedPictures pictures, FeatureSample sample, RealPictures real, MetricOptions options,
        CancellationToken ct)
    {
        if (real.Pictures is null || real.Side.Sample is not { Count: >= 2 } other) return null;
        options.Progress?.Invoke(new EvaluationProgress("nearest real pictures", 0, null));
        var nearest = NearestReal.Of(other.Features, sample.Features, new Random(options.Seed), ct);
        var pairs = Enumerable.Range(0, sample.Count).OrderBy(i => nearest.Squared[i]).Take(Pairs).Select(i =>
        {
            var (generated, twin) = (sample.Indices[i], other.Indices[nearest.Indices[i]]);
            return new ReportedPair(generated, twin, Math.Sqrt(nearest.Squared[i]), nearest.Squared[i] < nearest.Threshold)
            {
                Generated = ToPicture(pictures.Picture((int)generated), $"Generated image {generated}"),
                Real = ToPicture(real.Pictures.Read((int)twin), $"Real image {twin}"),
            };
        });
        return new ReportedNeighbours(nearest.TooNear, Math.Sqrt(nearest.Threshold), sample.Count, other.Count, [.. pairs]);
    }

    private static ReportedPicture ToPicture(PictureBatch picture, string name)
        => new(PngFile.Encode(picture), picture.Width, picture.Height, name);
}
