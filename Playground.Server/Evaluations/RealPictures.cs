using Playground.Core.Data;
using Playground.Core.Imaging;
using Playground.Evaluation.Features;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Server.Evaluations;

/// <summary>The reference's side: its features, and its pictures where it has some.</summary>
/// <param name="Side">Statistics and features.</param>
/// <param name="Pictures">Null where only statistics are there.</param>
internal sealed record RealPictures(EvaluatedSide Side, IPictureDataset? Pictures) : IDisposable
{
    private const int Batch = 100;

    /// <summary>Takes the features, or finds them in the cache.</summary>
    /// <param name="name">What the report calls it.</param>
    /// <param name="pictures">All of them are taken.</param>
    /// <param name="hash">Of their content.</param>
    /// <param name="extractor">Takes the features.</param>
    /// <param name="cache">Where they are kept for the next time.</param>
    /// <param name="onProgress">Pictures done.</param>
    /// <param name="ct">Stops it.</param>
    public static RealPictures Take(string name, IPictureDataset pictures, string hash, IFeatureExtractor extractor, StatisticsCache cache, Action<int> onProgress, CancellationToken ct)
    {
        var origin = new FeatureOrigin(extractor.Name, extractor.Preprocessing, extractor.WeightsHash, hash);
        if (cache.Find(origin) is { Sample: not null } known) return new RealPictures(new EvaluatedSide(name, known), pictures);
        var (moments, reservoir) = (new FeatureMoments(extractor.Dimensions), new FeatureReservoir(extractor.Dimensions, extractor.Classes, seed: 0));
        for (var from = 0; from < pictures.Count; from += Batch)
        {
            ct.ThrowIfCancellationRequested();
            var count = Math.Min(Batch, pictures.Count - from);
            var features = extractor.Extract(Read(pictures, from, count));
            moments.Add(features.Features);
            reservoir.Add(features, pictures.Classes is null ? null : [.. Enumerable.Range(from, count).Select(pictures.Label)]);
            onProgress(from + count);
        }
        var file = new StatisticsFile(moments.ToStatistics(), origin, reservoir.ToSample());
        cache.Keep(file);
        return new RealPictures(new EvaluatedSide(name, file), pictures);
    }

    /// <summary>Pictures of a data set, [N, H, W, C].</summary>
    public static PictureBatch Read(IPictureDataset pictures, int from, int count)
    {
        var plane = pictures.Height * pictures.Width;
        var planar = new byte[plane * pictures.Channels];
        var pixels = new byte[count * planar.Length];
        for (var n = 0; n < count; n++)
        {
            pictures.Read(from + n, planar);
            for (var i = 0; i < plane; i++)
                for (var c = 0; c < pictures.Channels; c++) pixels[n * planar.Length + i * pictures.Channels + c] = planar[c * plane + i];
        }
        return new PictureBatch(count, pictures.Height, pictures.Width, pictures.Channels, pixels);
    }

    public void Dispose() => (Pictures as IDisposable)?.Dispose();
}
