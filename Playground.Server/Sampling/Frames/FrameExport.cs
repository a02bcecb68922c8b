using Playground.Client.Contracts;
using Playground.Core.Imaging;

namespace Playground.Server.Sampling.Frames;

/// <summary>What is to become of a run's frames.</summary>
internal sealed record ExportOrder
{
    /// <summary>Animated WebP or GIF, or a PNG strip: a row for each image, a column for each frame.</summary>
    public required string Format { get; init; }

    public FrameSide Side { get; init; }

    /// <summary>How many times larger, in crisp pixels.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>0-based; empty: all.</summary>
    public IReadOnlyList<int> Images { get; init; } = [];

    /// <summary>Frames at most, spread over the run; the first and the last are always among them.</summary>
    public int? Frames { get; init; }

    /// <summary>How long a frame is shown; the last one is shown for longer.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(80);
}

/// <summary>Makes one file of a run's frames.</summary>
internal sealed class FrameExport(IRunFrames frames) : IDisposable
{
    public const string Webp = "webp", Gif = "gif", Strip = "png";

    /// <summary>Largest enlargement.</summary>
    public const int MaxScale = 8;

    /// <summary>Most frames of an animation, and how many there are unless told.</summary>
    public const int MaxFrames = 500, DefaultFrames = 100;

    /// <summary>Most columns of a strip, and how many there are unless told.</summary>
    public const int MaxColumns = 50, DefaultColumns = 10;

    /// <summary>Most pixels of all frames together: 48 Mi, such as 60 grids of 896 × 896.</summary>
    public const long MaxPixels = 48L << 20;

    private const int MaxSide = 16383;

    private static readonly TimeSpan s_minDelay = AnimationFile.MinDelay, s_maxDelay = TimeSpan.FromSeconds(2),
        s_lastDelay = TimeSpan.FromSeconds(1.5);

    // One takes up to some hundred megabytes.
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <returns>The file; null where none of the run's frames are kept.</returns>
    /// <exception cref="RequestException">Something about the order is out of range.</exception>
    public async Task<byte[]?> MakeAsync(string owner, string job, ExportOrder order, CancellationToken ct)
    {
        Check(order);
        if (await frames.FindAsync(owner, job, ct) is not { Frames: [.., var last] } index) return null;
        var images = order.Images.Count > 0 ? order.Images : [.. Enumerable.Range(0, last.Count)];
        if (images.Any(i => i < 0 || i >= last.Count))
            throw RequestException.Invalid("images", $"images has {images.First(i => i < 0 || i >= last.Count)}; the run has images 0 to "
                + $"{last.Count - 1}.");
        // On the way to noise, an interpolation has two images only; the last frame of latents is larger than those before it.
        var alike = index.Frames.Where(f => f.Count == last.Count).GroupBy(f => (f.Width, f.Height)).MaxBy(g => g.Count())!.ToList();
        KeptFrame[] shown = [.. Spread(alike, order.Frames ?? (order.Format == Strip ? DefaultColumns : DefaultFrames))];
        CheckSize(order, shown[0], images.Count, shown.Length);
        await _one.WaitAsync(ct);
        try
        {
            var cut = new List<PictureBatch>();
            foreach (var frame in shown)
            {
                // One may have gone since.
                if (await frames.ReadAsync(owner, job, frame.Step, order.Side, ct) is { } file)
                    cut.Add(FrameGrid.Cut(PictureFile.Decode(file), frame, images));
            }
            return cut.Count == 0 ? null : await Task.Run(() => Encode(cut, order), ct);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static void Check(ExportOrder order)
    {
        if (order.Format is not (Webp or Gif or Strip))
            throw RequestException.Missing($"There is no export as '{order.Format}'; use {Webp}, {Gif} or {Strip}.");
        if (order.Scale is < 1 or > MaxScale)
            throw RequestException.Invalid("scale", $"scale is {order.Scale}; it must be 1 to {MaxScale}.");
        var most = order.Format == Strip ? MaxColumns : MaxFrames;
        if (order.Frames < 2 || order.Frames > most)
            throw RequestException.Invalid("frames", $"frames is {order.Frames}; it must be 2 to {most}.");
        if (order.Delay < s_minDelay || order.Delay > s_maxDelay)
            throw RequestException.Invalid("delay", $"delay is {order.Delay.TotalMilliseconds:0}; it must be "
                + $"{s_minDelay.TotalMilliseconds:0} to {s_maxDelay.TotalMilliseconds:0} milliseconds.");
    }

    // What cannot be made is refused before anything is read.
    private static void CheckSize(ExportOrder order, KeptFrame frame, int images, int frames)
    {
        var pixels = (long)frame.Width * frame.Height * images * frames;
        var columns = order.Format == Strip ? frames : (int)Math.Ceiling(Math.Sqrt(images));
        var rows = order.Format == Strip ? images : (images + columns - 1) / columns;
        var side = Math.Max(columns * frame.Width, rows * frame.Height);
        var fits = Enumerable.Range(1, MaxScale).LastOrDefault(s => pixels * s * s <= MaxPixels && side * s <= MaxSide);
        if (order.Scale <= fits) return;
        throw RequestException.Invalid("scale", fits == 0
            ? $"{frames} frames of {images} images have {pixels:N0} pixels, and {side:N0} along a side; the limits are {MaxPixels:N0} and "
                + $"{MaxSide:N0}. Choose fewer images or frames."
            : $"At scale {order.Scale} the file would have more than {MaxPixels:N0} pixels, or {MaxSide:N0} along a side; at most {fits} "
                + "fits. Choose a smaller scale, or fewer images or frames.");
    }

    private static IEnumerable<KeptFrame> Spread(IReadOnlyList<KeptFrame> all, int most) => all.Count <= most ? all
        : Enumerable.Range(0, most).Select(i => all[(int)Math.Round(i * (all.Count - 1.0) / (most - 1))]);

    private static byte[] Encode(List<PictureBatch> cut, ExportOrder order)
    {
        if (order.Format == Strip)
        {
            // A row for each image.
            var cells = Enumerable.Range(0, cut[0].Count).SelectMany(i => cut.Select(c => c[i]));
            return PngFile.Encode(PictureBatch.Grid(PictureBatch.Concat([.. cells]), cut.Count).Enlarge(order.Scale));
        }
        var frames = PictureBatch.Concat([.. cut.Select(PictureGrid.Of)]).Enlarge(order.Scale);
        cut.Clear();
        var last = order.Delay > s_lastDelay ? order.Delay : s_lastDelay;
        return order.Format == Gif ? AnimationFile.EncodeGif(frames, order.Delay, last)
            : AnimationFile.EncodeWebp(frames, order.Delay, last, lossless: true);
    }
}
