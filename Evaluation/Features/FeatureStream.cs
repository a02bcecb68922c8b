using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Playground.Core;
using Playground.Core.Data;
using Playground.Core.Data.Sets;

namespace Playground.Evaluation.Features;

/// <summary>
/// The features of all pictures of a source, in its order: pictures are read and prepared on other threads, a bounded number ahead,
/// while the network computes. A picture that cannot be read is left out and told in <see cref="Skipped"/>; the rest goes on.
/// </summary>
public sealed class FeatureStream(IFeatureExtractor extractor, IPictureSet source, FeatureStreamOptions? options = null)
{
    private readonly FeatureStreamOptions _options = options ?? FeatureStreamOptions.For(extractor);
    private readonly List<LeftOutFile> _skipped = [.. source.LeftOut];

    /// <summary>Places of pictures whose features are there already; they are passed over.</summary>
    public IReadOnlySet<int> Taken { get; init; } = new HashSet<int>();

    /// <summary>What was left out so far, with the reason; complete when the stream has ended.</summary>
    public IReadOnlyList<LeftOutFile> Skipped => _skipped;

    /// <summary>Computes the features, once.</summary>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="ct">Ends the work soon.</param>
    /// <exception cref="PlaygroundException">No picture could be read; or the network gives features that are no numbers, and the picture
    /// is named.</exception>
    public async IAsyncEnumerable<PictureFeatures> ReadAsync(IProgress<FeatureProgress>? progress = null,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var prepared = Channel.CreateBounded<Task<PreparedPicture>>(_options.Ahead);
        var preparing = PrepareAllAsync(prepared.Writer, stopping.Token);
        var runs = new Queue<Task<PictureFeatures>>();
        var (done, limit) = (0, extractor is IPreparedExtractor ? _options.Runs : 1);
        try
        {
            await foreach (var batch in BatchesAsync(prepared.Reader, stopping.Token))
            {
                if (runs.Count == limit) yield return Told(await runs.Dequeue());
                // A thread of its own: on the pool's, a few long runs would leave none for the decoding.
                runs.Enqueue(Task.Factory.StartNew(() => Run(batch, stopping.Token), stopping.Token, TaskCreationOptions.LongRunning,
                    TaskScheduler.Default));
            }
            while (runs.TryDequeue(out var run)) yield return Told(await run);
            await preparing;
            if (done + Taken.Count == 0) throw NothingRead();
        }
        finally
        {
            // Nobody may use the extractor, or the source, after this method.
            await stopping.CancelAsync();
            await Task.WhenAll(runs.Cast<Task>().Append(preparing).Concat(Rest(prepared.Reader)))
                .ContinueWith(t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        PictureFeatures Told(PictureFeatures features)
        {
            done += features.Indices.Length;
            progress?.Report(new FeatureProgress(done, _skipped.Count, source.Count));
            return features;
        }
    }

    private async Task PrepareAllAsync(ChannelWriter<Task<PreparedPicture>> writer, CancellationToken ct)
    {
        try
        {
            for (var i = 0; i < source.Count; i++)
            {
                var index = i;
                if (Taken.Contains(index)) continue;
                await writer.WaitToWriteAsync(ct);
                await writer.WriteAsync(Task.Run(() => Prepare(index), ct), ct);
            }
        }
        finally
        {
            writer.Complete();
        }
    }

    private PreparedPicture Prepare(int index)
    {
        try
        {
            return PreparedPicture.Of(extractor, index, source.Read(index));
        }
        catch (PlaygroundException e)
        {
            return new PreparedPicture(index, null, null, e.Message);
        }
    }

    private async IAsyncEnumerable<List<PreparedPicture>> BatchesAsync(ChannelReader<Task<PreparedPicture>> reader,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var batch = new List<PreparedPicture>();
        await foreach (var task in reader.ReadAllAsync(ct))
        {
            var picture = await task;
            if (picture.Problem is { } problem)
            {
                _skipped.Add(new LeftOutFile(source.NameOf(picture.Index), problem));
                continue;
            }
            if (batch.Count == _options.BatchSize || (batch.Count > 0 && !picture.FitsBeside(batch[0])))
            {
                yield return batch;
                batch = [];
            }
            batch.Add(picture);
        }
        if (batch.Count > 0) yield return batch;
    }

    private PictureFeatures Run(List<PreparedPicture> batch, CancellationToken ct)
    {
        try
        {
            return new PictureFeatures([.. batch.Select(p => p.Index)], PreparedPicture.Run(extractor, batch, ct));
        }
        catch (NonFiniteFeaturesException e)
        {
            throw new PlaygroundException(
                $"'{source.NameOf(batch[e.Index].Index)}' gives features from '{extractor.Name}' that are not finite numbers: the "
                    + "network's weights are damaged.", e);
        }
    }

    private PlaygroundException NothingRead() => new(_skipped is [var first, ..]
        ? $"None of the {source.Count} pictures of '{source.Name}' could be read. '{first.Name}': {first.Reason}"
        : $"'{source.Name}' holds no pictures.");

    private static IEnumerable<Task> Rest(ChannelReader<Task<PreparedPicture>> reader)
    {
        while (reader.TryRead(out var task)) yield return task;
    }
}
