using Playground.Core.Imaging;

namespace Playground.Evaluation.Clip;

/// <summary>
/// Pillow's resizing of 8-bit pictures, to the bit: a filter stretched to the scale, weights in fixed point of 22 bits, first along rows,
/// then along columns, rounded to bytes in between.
/// </summary>
internal static class PillowResize
{
    private const int Precision = 22;

    /// <summary>Keys' cubic with a = −1/2, reaching two pixels to each side.</summary>
    public static PictureBatch Bicubic(PictureBatch picture, int height, int width) => Resize(picture, height, width, 2, Cubic);

    /// <summary>The triangle, reaching one pixel to each side.</summary>
    public static PictureBatch Bilinear(PictureBatch picture, int height, int width)
        => Resize(picture, height, width, 1, x => Math.Max(0, 1 - Math.Abs(x)));

    private static PictureBatch Resize(PictureBatch p, int height, int width, double support, Func<double, double> filter)
    {
        var pixels = p.Pixels;
        if (width != p.Width) pixels = Pass(pixels, p.Height, p.Channels, p.Channels, p.Width * p.Channels, width * p.Channels,
            Weights(p.Width, width, support, filter));
        // A column's neighbours are a row apart; its columns lie side by side.
        if (height != p.Height)
            pixels = Pass(pixels, width * p.Channels, 1, width * p.Channels, 1, 1, Weights(p.Height, height, support, filter));
        return new PictureBatch(1, height, width, p.Channels, pixels);
    }

    /// <summary>
    /// Filters every one of <paramref name="lines"/> lines of <paramref name="lanes"/> interleaved channels, whose pixels lie
    /// <paramref name="stride"/> apart.
    /// </summary>
    private static byte[] Pass(byte[] from, int lines, int lanes, int stride, int fromLine, int toLine,
        List<(int First, int[] Weights)> weights)
    {
        var to = new byte[lines * lanes * weights.Count];
        for (var line = 0; line < lines; line++)
        {
            for (var x = 0; x < weights.Count; x++)
            {
                var (first, w) = weights[x];
                for (var lane = 0; lane < lanes; lane++)
                {
                    var sum = 1 << (Precision - 1);
                    for (var k = 0; k < w.Length; k++) sum += from[line * fromLine + (first + k) * stride + lane] * w[k];
                    to[line * toLine + x * stride + lane] = (byte)Math.Clamp(sum >> Precision, 0, 255);
                }
            }
        }
        return to;
    }

    private static List<(int First, int[] Weights)> Weights(int from, int to, double support, Func<double, double> filter)
    {
        var scale = (double)from / to;
        var stretch = Math.Max(scale, 1);
        var result = new List<(int, int[])>(to);
        for (var x = 0; x < to; x++)
        {
            var centre = (x + 0.5) * scale;
            var first = Math.Max(0, (int)(centre - support * stretch + 0.5));
            var end = Math.Min(from, (int)(centre + support * stretch + 0.5));
            double[] w = [.. Enumerable.Range(first, end - first).Select(i => filter((i - centre + 0.5) / stretch))];
            var sum = w.Sum();
            result.Add((first, [.. w.Select(v => (int)(v / sum * (1 << Precision) + (v < 0 ? -0.5 : 0.5)))]));
        }
        return result;
    }

    private static double Cubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return x < 1 ? ((A + 2) * x - (A + 3)) * x * x + 1 : x < 2 ? ((x - 5) * x + 8) * x * A - 4 * A : 0;
    }
}
