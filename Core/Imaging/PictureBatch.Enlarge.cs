namespace Playground.Core.Imaging;

public sealed partial record PictureBatch
{
    /// <summary>The same pictures with every pixel as a square of <paramref name="scale"/> by <paramref name="scale"/>: larger and as
    /// crisp.</summary>
    /// <param name="scale">At least 1.</param>
    public PictureBatch Enlarge(int scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        if (scale == 1) return this;
        var line = Width * Channels;
        var wide = line * scale;
        var pixels = new byte[checked(Count * Height * scale * wide)];
        for (var y = 0; y < Count * Height; y++)
        {
            var first = pixels.AsSpan(y * scale * wide, wide);
            for (var x = 0; x < Width; x++)
            {
                var pixel = Pixels.AsSpan(y * line + x * Channels, Channels);
                for (var i = 0; i < scale; i++) pixel.CopyTo(first[((x * scale + i) * Channels)..]);
            }
            for (var i = 1; i < scale; i++) first.CopyTo(pixels.AsSpan((y * scale + i) * wide));
        }
        return new PictureBatch(Count, Height * scale, Width * scale, Channels, pixels);
    }
}
