using System.Numerics;
using Playground.Core.Models;

namespace Playground.Core.Generation;

/// <summary>
/// How many rows one forward pass takes: as many as fit half a gigabyte or an eighth of the memory, and of those the size at which a
/// row was measured to cost the least. Beyond the caches' reach a larger batch is a slower one.
/// </summary>
internal sealed class BatchLimit
{
    private const int First = 16, Most = 256;
    private const long MaxBytes = 512L << 20;
    private const double Weight = 0.2, Worth = 0.97;
    private readonly double[] _secondsPerRow = new double[32];
    private readonly bool[] _warm = new bool[32];
    private readonly int _most;

    /// <summary>A limit that starts at <see cref="First"/> and moves up to <paramref name="most"/>.</summary>
    public BatchLimit(int most) : this(most, Math.Min(First, most)) { }

    private BatchLimit(int most, int rows) => (_most, Rows) = (most, rows);

    /// <summary>The limit of the memory that this process may use, to be lowered or not by what <see cref="Record"/> is told.</summary>
    public static BatchLimit For(UNet2DConfig config) => new(MostOf(config)) { Pixels = PixelsOf(config) };

    /// <summary>
    /// A limit that stays at <paramref name="most"/>, or at what the memory allows: the same request is then always cut the same way.
    /// </summary>
    public static BatchLimit Fixed(UNet2DConfig config, int most)
    {
        var rows = Math.Min(most, MostOf(config));
        return new(rows, rows) { IsFixed = true, Pixels = PixelsOf(config) };
    }

    private bool IsFixed { get; init; }

    /// <summary>Pixels of a row that it is about, those of the model's own size.</summary>
    public long Pixels { get; private init; } = long.MaxValue;

    /// <summary>The most rows of the next pass.</summary>
    public int Rows { get; private set; }

    /// <summary>The most rows of so many pixels: fewer of larger ones, so that a pass holds and takes no more.</summary>
    public int RowsOf(long pixels) => pixels <= Pixels ? Rows : (int)Math.Max(1, Rows * Pixels / pixels);

    /// <summary>A pass over <paramref name="rows"/> rows of <see cref="Pixels"/> took so long.</summary>
    public void Record(int rows, double seconds)
    {
        var size = BitOperations.Log2((uint)rows);
        if (IsFixed || rows < Rows || rows != 1 << size) return;
        // The first pass of a size is slow, since kernels are compiled for it, and says nothing.
        if (!_warm[size])
        {
            _warm[size] = true;
            return;
        }
        ref var cost = ref _secondsPerRow[size];
        cost = cost == 0 ? seconds / rows : cost + Weight * (seconds / rows - cost);
        var smaller = size == 0 ? 0 : _secondsPerRow[size - 1];
        if (smaller > 0 && smaller < cost * Worth) Rows = Math.Max(1, rows / 2);
        else if (rows * 2 <= _most && (_secondsPerRow[size + 1] == 0 || _secondsPerRow[size + 1] < cost * Worth)) Rows = rows * 2;
    }

    private static long PixelsOf(UNet2DConfig config) => (long)config.SampleSize * config.SampleSize;

    private static int MostOf(UNet2DConfig config)
        => (int)Math.Clamp(Math.Min(MaxBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8) / BytesPerRow(config), 1, Most);

    /// <summary>
    /// What a forward pass holds at once of each row: the skips of every level and the widest feature maps in flight, in float32, and four
    /// times that for what the convolutions lay out anew. Measured: 40 MB a row for ddpm-cifar10-32, of which this says 26.
    /// </summary>
    internal static long BytesPerRow(UNet2DConfig config)
    {
        var floats = 0L;
        for (var (level, size) = (0, config.SampleSize); level < config.BlockOutChannels.Length; level++, size /= 2)
            floats += (long)size * size * config.BlockOutChannels[level] * (config.LayersPerBlock + 2 + (level == 0 ? 6 : 0));
        return 4 * floats * sizeof(float);
    }
}
