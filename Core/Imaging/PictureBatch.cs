namespace Playground.Core.Imaging;

/// <summary>Pictures of one size as bytes, interleaved [N, H, W, C].</summary>
/// <param name="Count">N, at least 0.</param>
/// <param name="Height">H in pixels.</param>
/// <param name="Width">W in pixels.</param>
/// <param name="Channels">C: 1 (grey) or 3 (sRGB).</param>
/// <param name="Pixels">N·H·W·C values, 0..255.</param>
public sealed partial record PictureBatch(int Count, int Height, int Width, int Channels, byte[] Pixels)
{
    /// <summary>N·H·W·C values, 0..255.</summary>
    /// <exception cref="PlaygroundException">The length does not fit the shape, or the shape is not one of pictures.</exception>
    public byte[] Pixels { get; } = Checked(Count, Height, Width, Channels, Pixels);

    /// <summary>Bytes of one picture.</summary>
    public int PictureSize => Height * Width * Channels;

    /// <summary>The picture at <paramref name="i"/>, as a batch of one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0..Count-1.</exception>
    public PictureBatch this[int i]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(i);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(i, Count);
            return new PictureBatch(1, Height, Width, Channels, Pixels.AsSpan(i * PictureSize, PictureSize).ToArray());
        }
    }

    /// <summary><paramref name="count"/> pictures from the one at <paramref name="from"/> on, beginning again after the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty, or an argument is negative.</exception>
    public PictureBatch Cycled(int from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1, nameof(Count));
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var pixels = new byte[checked(count * PictureSize)];
        for (var i = 0; i < count; i++) Pixels.AsSpan((from + i) % Count * PictureSize, PictureSize).CopyTo(pixels.AsSpan(i * PictureSize));
        return new PictureBatch(count, Height, Width, Channels, pixels);
    }

    /// <summary>Pictures of one size and colour as one batch.</summary>
    /// <param name="parts">At least one.</param>
    /// <exception cref="PlaygroundException">They differ in size or colour.</exception>
    public static PictureBatch Concat(IReadOnlyList<PictureBatch> parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts.Count, 1, nameof(parts));
        var first = parts[0];
        foreach (var part in parts)
            if ((part.Height, part.Width, part.Channels) != (first.Height, first.Width, first.Channels))
                throw new PlaygroundException(
                    $"A picture of {part.Width} x {part.Height} with {part.Channels} channels does not go with one "
                        + $"of {first.Width} x {first.Height} with {first.Channels}.");
        return new PictureBatch(parts.Sum(p => p.Count), first.Height, first.Width, first.Channels, [.. parts.SelectMany(p => p.Pixels)]);
    }

    /// <summary>Lays the pictures out in rows, left to right, on black.</summary>
    /// <param name="p">At least one picture.</param>
    /// <param name="columns">Pictures in a row, at least 1; fewer are used when there are fewer pictures.</param>
    /// <param name="gap">Black pixels between neighbours, at least 0.</param>
    /// <returns>A batch of one picture.</returns>
    public static PictureBatch Grid(PictureBatch p, int columns, int gap = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(p.Count, 1, nameof(p));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        columns = Math.Min(columns, p.Count);
        var rows = (p.Count + columns - 1) / columns;
        var (height, width) = (rows * (p.Height + gap) - gap, columns * (p.Width + gap) - gap);
        var line = p.Width * p.Channels;
        var pixels = new byte[checked(height * width * p.Channels)];
        for (var i = 0; i < p.Count; i++)
        {
            var (top, left) = (i / columns * (p.Height + gap), i % columns * (p.Width + gap));
            for (var y = 0; y < p.Height; y++)
            {
                var from = p.Pixels.AsSpan((i * p.Height + y) * line, line);
                from.CopyTo(pixels.AsSpan(((top + y) * width + left) * p.Channels));
            }
        }
        return new PictureBatch(1, height, width, p.Channels, pixels);
    }

    private static byte[] Checked(int count, int height, int width, int channels, byte[] pixels)
    {
        if (channels is not (1 or 3))
            throw new PlaygroundException($"A picture of {channels} channels: only 1 (grey) and 3 (RGB) can be shown.");
        if (count < 0 || height < 1 || width < 1 || pixels.Length != (long)count * height * width * channels)
            throw new PlaygroundException($"{pixels.Length} bytes do not make pictures of shape [{count}, {height}, {width}, {channels}].");
        return pixels;
    }
}
