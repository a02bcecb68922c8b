using Playground.Core;
using Playground.Core.Checkpoints;
using Playground.Core.Data;
using Playground.Core.Data.Sets;
using Playground.Core.Engine;
using Playground.Core.Imaging;
using Playground.Core.Pipelines.StableDiffusion;
using Playground.Evaluation.Metrics;
using Playground.Evaluation.Statistics;

namespace Playground.Server.Evaluations;

/// <summary>
/// Tells without CLIP how often a model draws what its prompts say: prompts are captions of the reference, and the nearest image of it, in
/// the latents of the model's own autoencoder, should have that caption.
/// </summary>
internal sealed class PromptGrader : IAsyncDisposable
{
    // What is encoded of the reference at the most, and at once.
    private const long MostPixels = 1L << 27, PixelsAtOnce = 32 * 64 * 64;

    private readonly LatentFeatures _encoder;
    private readonly DeviceThread _device;
    private readonly IReadOnlyList<string> _prompts;
    private readonly IReadOnlyList<string[]> _captions;
    private FeatureMatrix? _real;

    private PromptGrader(LatentFeatures encoder, DeviceThread device, IReadOnlyList<string> prompts, IReadOnlyList<string[]> captions)
        => (_encoder, _device, _prompts, _captions) = (encoder, device, prompts, captions);

    /// <summary>Captions of a reference, evenly from all of it, for a request that says no prompts.</summary>
    public static IReadOnlyList<string> Some(StoredDataset data, int count)
    {
        string[] all = [.. Enumerable.Range(0, data.Count).Select(data.Caption).OfType<string>().Distinct()];
        return [.. Enumerable.Range(0, Math.Min(count, all.Length)).Select(i => all[(long)i * all.Length / Math.Min(count, all.Length)])];
    }

    /// <param name="model">What draws.</param>
    /// <param name="real">The reference.</param>
    /// <param name="prompts">What is drawn, in turn.</param>
    /// <param name="seed">Decides which images of a large reference are searched.</param>
    /// <param name="device">Where the autoencoder computes.</param>
    /// <param name="onProgress">Told how many images are encoded, and of how many.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>Null where the reference has no captions, images of another size, or none of the prompts.</returns>
    /// <exception cref="PlaygroundException">The model's autoencoder cannot be read.</exception>
    public static async Task<PromptGrader?> OpenAsync(ModelSummary model, IPictureSet real, IReadOnlyList<string> prompts, long seed,
        DeviceThread device, Action<int, int> onProgress, CancellationToken ct)
    {
        if (real is not StoredDataset data || data.Height != model.SampleSize || data.Channels != model.Channels) return null;
        int[] used = Chosen(data, prompts, seed);
        if (used.Length == 0) return null;
        var encoder = await device.RunAsync(() => new LatentFeatures(model.Folder), ct);
        var grader = new PromptGrader(encoder, device, prompts, [.. used.Select(i => CaptionsOf(data, i).ToArray())]);
        try
        {
            grader._real = await grader.EncodeAsync(used.Length, data.Height, i => Read(data, used[i]), onProgress, ct);
            return grader;
        }
        catch
        {
            await grader.DisposeAsync();
            throw;
        }
    }

    /// <summary>The share of the images that show their prompts; they were drawn from these in turn.</summary>
    public async Task<MetricScore> GradeAsync(IPictureSet pictures, Action<int, int> onProgress, CancellationToken ct)
    {
        var drawn = await EncodeAsync(pictures.Count, pictures.Read(0).Height, pictures.Read, onProgress, ct);
        string[] prompts = [.. Enumerable.Range(0, pictures.Count).Select(i => _prompts[i % _prompts.Count])];
        return await Task.Run(() => PromptFollowing.Of(_real!, _captions, drawn, prompts, ct).ToScore(_real!.Count), ct);
    }

    private async Task<FeatureMatrix> EncodeAsync(int count, int size, Func<int, PictureBatch> read, Action<int, int> onProgress,
        CancellationToken ct)
    {
        var (values, atOnce) = (new List<float>(), (int)Math.Max(1, PixelsAtOnce / ((long)size * size)));
        for (var from = 0; from < count; from += atOnce)
        {
            onProgress(from, count);
            var batch = PictureBatch.Concat([.. Enumerable.Range(from, Math.Min(atOnce, count - from)).Select(read)]);
            values.AddRange(await _device.RunAsync(() => _encoder.Of(batch), ct));
        }
        return new FeatureMatrix(count, values.Count / count, [.. values]);
    }

    // All images where that is not too much; else those that are asked for first, and others by chance.
    private static int[] Chosen(StoredDataset data, IReadOnlyList<string> prompts, long seed)
    {
        var most = (int)Math.Max(1, MostPixels / ((long)data.Height * data.Width));
        var wanted = prompts.ToHashSet(StringComparer.OrdinalIgnoreCase);
        int[] all = [.. Enumerable.Range(0, data.Count).Where(i => CaptionsOf(data, i).Any())];
        if (!all.Any(i => CaptionsOf(data, i).Any(wanted.Contains))) return [];
        if (all.Length <= most) return all;
        new Random((int)(seed % int.MaxValue)).Shuffle(all);
        return [.. all.OrderBy(i => !CaptionsOf(data, i).Any(wanted.Contains)).Take(most).Order()];
    }

    private static IEnumerable<string> CaptionsOf(StoredDataset data, int index)
        => data.FieldNames.Select(name => data.Field(index, name)).Prepend(data.Caption(index)).OfType<string>();

    private static PictureBatch Read(StoredDataset data, int index)
    {
        var planar = new byte[data.Channels * data.Height * data.Width];
        data.Read(index, planar);
        return PictureBatch.FromPlanar(planar, data.Height, data.Width, data.Channels);
    }

    public async ValueTask DisposeAsync() => await _device.RunAsync(_encoder.Dispose, CancellationToken.None);
}
